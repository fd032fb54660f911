import {
  Priority as WirePriority,
  type Application as WireApplication,
  type ApplicationPolicy as WirePolicy,
  type CallLimits as WireLimits,
} from '../../gen/cassadra/v1/scheduler.js';
import { Choices } from '../choices.js';
import { wholeNumber } from '../counts.js';
import { invalidField } from '../errors.js';
import { numberOf } from '../moment.js';
import { requireText } from '../require-text.js';
import { requireAnswered } from '../write-until-known.js';

/** How many calls may be made, over all servers. */
export interface RateLimits {
  /** Calls that may begin in a second: 0.001 to 100,000 (any number). */
  readonly ratePerSecond?: number | undefined;
  /** Calls that may be under way at once: 1 to 10,000 (as the servers are set). */
  readonly concurrency?: number | undefined;
}

/** A quarter of a normal share beside other applications, a normal one, or four. */
export type Priority = 'low' | 'normal' | 'high';

/** What holds for the timed events of an application; limits over all of its destinations. */
export interface ApplicationPolicy extends RateLimits {
  /** `normal` when not given. */
  readonly priority?: Priority | undefined;
  /** How many may be pending or processing; further ones are refused: QUOTA_REACHED. */
  readonly pendingMax?: number | undefined;
  /** What is appended, once for each timed event that fails for good (nothing). */
  readonly failureEvent?: { readonly stream: string; readonly type: string } | undefined;
}

/** Who schedules. */
export interface Application {
  readonly application: string;
  readonly policy: ApplicationPolicy;
  /** Undefined: it is not. */
  readonly paused: { readonly sinceMs: number; readonly note: string } | undefined;
  /** How many are pending or processing; from `get` only, when it was asked for. */
  readonly pendingCount: number | undefined;
}

const PRIORITIES = new Choices<Priority>({
  low: WirePriority.PRIORITY_LOW,
  normal: WirePriority.PRIORITY_NORMAL,
  high: WirePriority.PRIORITY_HIGH,
});

/** For the wire. Throws InvalidRequestError naming the field. */
export function encodePolicy(policy: ApplicationPolicy): WirePolicy {
  const { priority = 'normal', pendingMax, failureEvent } = policy;
  if (failureEvent !== undefined) {
    requireText(failureEvent.stream, 'failureEvent.stream');
    requireText(failureEvent.type, 'failureEvent.type');
  }
  return {
    limits: encodeLimits(policy),
    priority: PRIORITIES.encode(priority, 'priority'),
    pendingMax:
      pendingMax === undefined ? undefined : BigInt(wholeNumber(pendingMax, 'pendingMax', 1)),
    failureEvent: failureEvent && { stream: failureEvent.stream, type: failureEvent.type },
  };
}

/** For the wire. Throws InvalidRequestError naming the field. */
export function encodeLimits({ ratePerSecond, concurrency }: RateLimits): WireLimits {
  if (ratePerSecond !== undefined && !Number.isFinite(ratePerSecond)) {
    throw invalidField('ratePerSecond', 'is not a number');
  }
  return {
    ratePerSecond,
    concurrency: concurrency === undefined ? undefined : wholeNumber(concurrency, 'concurrency', 1),
  };
}

/** As a caller gets it. */
export function decodeLimits(limits: WireLimits | undefined): RateLimits {
  return { ratePerSecond: limits?.ratePerSecond, concurrency: limits?.concurrency };
}

function decodePolicy({
  limits,
  priority,
  pendingMax,
  failureEvent,
}: WirePolicy): ApplicationPolicy {
  return {
    ...decodeLimits(limits),
    priority:
      priority === WirePriority.PRIORITY_UNSPECIFIED
        ? undefined
        : PRIORITIES.decode(priority, 'priority'),
    pendingMax: numberOf(pendingMax),
    failureEvent: failureEvent && { stream: failureEvent.stream, type: failureEvent.type },
  };
}

/** As a caller gets it. */
export function decodeApplication(answered: WireApplication | undefined): Application {
  const { application, policy, pausedMs, pauseNote, pendingCount } = requireAnswered(
    answered,
    'application',
  );
  const paused =
    pausedMs === undefined ? undefined : { sinceMs: Number(pausedMs), note: pauseNote };
  return {
    application,
    policy: policy === undefined ? {} : decodePolicy(policy),
    paused,
    pendingCount: numberOf(pendingCount),
  };
}
