import type { ApplicationPolicy, CallLimits, Priority } from '../../../core/index.js';
import {
  Priority as WirePriority,
  type ApplicationPolicy as WirePolicy,
  type CallLimits as WireLimits,
} from '../../../gen/cassadra/v1/scheduler.js';
import type { ApplicationSettings } from '../../../scheduler/index.js';
import { decodeEnum } from '../decode-enum.js';
import type { FieldPlaces } from '../field-names.js';
import { decodeOptional, encodeOptional } from '../number-fields.js';

const PRIORITIES: ReadonlyMap<number, Priority> = new Map([
  [WirePriority.PRIORITY_UNSPECIFIED, 'normal'],
  [WirePriority.PRIORITY_LOW, 'low'],
  [WirePriority.PRIORITY_NORMAL, 'normal'],
  [WirePriority.PRIORITY_HIGH, 'high'],
]);

const WIRE_PRIORITIES: Readonly<Record<Priority, WirePriority>> = {
  low: WirePriority.PRIORITY_LOW,
  normal: WirePriority.PRIORITY_NORMAL,
  high: WirePriority.PRIORITY_HIGH,
};

const OF_LIMITS = ['rate_per_second', 'concurrency'];

/** Where limits stand in a request for a destination. */
export const LIMIT_PLACES: FieldPlaces = new Map(OF_LIMITS.map((name) => [name, `limits.${name}`]));

/** Where the fields of a policy stand in its request. */
export const POLICY_PLACES: FieldPlaces = new Map([
  ...OF_LIMITS.map((name) => [name, `policy.limits.${name}`] as const),
  ...['priority', 'pending_max', 'failure_event'].map((name) => [name, `policy.${name}`] as const),
]);

/** What is to hold; what is not set is at its default. Throws INVALID_ARGUMENT. */
export function decodePolicy(wire: WirePolicy | undefined): ApplicationSettings {
  if (wire === undefined) return { priority: 'normal' };
  const pendingMax = decodeOptional('pending_max', wire.pendingMax);
  const { failureEvent } = wire;
  return {
    ...decodeLimits(wire.limits),
    priority: decodeEnum('priority', wire.priority, PRIORITIES, WirePriority),
    ...(pendingMax !== undefined && { pendingMax }),
    ...(failureEvent !== undefined && {
      failureEvent: { stream: failureEvent.stream, type: failureEvent.type },
    }),
  };
}

export function decodeLimits(wire: WireLimits | undefined): CallLimits {
  const { ratePerSecond, concurrency } = wire ?? {};
  return {
    ...(ratePerSecond !== undefined && { ratePerSecond }),
    ...(concurrency !== undefined && { concurrency }),
  };
}

export function encodePolicy(policy: ApplicationPolicy): WirePolicy {
  const { failureEvent } = policy;
  return {
    limits: encodeLimits(policy),
    priority: WIRE_PRIORITIES[policy.priority],
    pendingMax: encodeOptional(policy.pendingMax),
    failureEvent: failureEvent && { stream: failureEvent.stream, type: failureEvent.type },
  };
}

export function encodeLimits({ ratePerSecond, concurrency }: CallLimits): WireLimits {
  return { ratePerSecond, concurrency };
}
