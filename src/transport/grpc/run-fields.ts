import {
  invalidField,
  type LatenessPolicy,
  type RetryPolicy,
  type UserTarget,
} from '../../core/index.js';
import {
  LatenessAction as WireAction,
  type Lateness as WireLateness,
  type RetryPolicy as WireRetry,
  type RunTemplate as WireRun,
} from '../../gen/cassadra/v1/scheduler.js';
import { decodeEnum } from './decode-enum.js';
import { requireJson } from './json-field.js';
import { decodeInt64, decodeOptional } from './number-fields.js';
import { decodeTarget, type PayloadKind } from './scheduler-target.js';

/** What a timed event and a run of a schedule say alike. */
export interface RunFields {
  readonly payload: Uint8Array;
  readonly target: UserTarget;
  readonly retry: Partial<RetryPolicy> | undefined;
  readonly timeoutMs: number | undefined;
  readonly retentionMs: number | undefined;
  readonly lateness: LatenessPolicy | undefined;
}

const ACTIONS: ReadonlyMap<number, LatenessPolicy['action'] | 'fire'> = new Map([
  [WireAction.LATENESS_ACTION_UNSPECIFIED, 'fire'],
  [WireAction.LATENESS_ACTION_FIRE, 'fire'],
  [WireAction.LATENESS_ACTION_SKIP, 'skip'],
  [WireAction.LATENESS_ACTION_DEAD_LETTER, 'dead-letter'],
]);

/** Throws INVALID_ARGUMENT and LIMIT_EXCEEDED. */
export function decodeRun(wire: WireRun): RunFields {
  const sent = decodePayload(wire.payload);
  return {
    payload: sent.bytes,
    target: decodeTarget(wire.target, sent.kind),
    retry: decodeRetry(wire.retry),
    timeoutMs: decodeOptional('timeout_ms', wire.timeoutMs),
    retentionMs: decodeOptional('retention_ms', wire.retentionMs),
    lateness: decodeLateness(wire.lateness),
  };
}

interface Payload {
  readonly kind: PayloadKind | undefined;
  readonly bytes: Uint8Array;
}

function decodePayload(payload: WireRun['payload']): Payload {
  if (payload === undefined) return { kind: undefined, bytes: new Uint8Array() };
  if (payload.$case === 'data') return { kind: 'bytes', bytes: payload.value };
  requireJson('json', payload.value);
  return { kind: 'json', bytes: Buffer.from(payload.value) };
}

function decodeRetry(wire: WireRetry | undefined): Partial<RetryPolicy> | undefined {
  if (wire === undefined) return undefined;
  const firstDelayMs = decodeOptional('retry.first_delay_ms', wire.firstDelayMs);
  const maxDelayMs = decodeOptional('retry.max_delay_ms', wire.maxDelayMs);
  const maxAgeMs = decodeOptional('retry.max_age_ms', wire.maxAgeMs);
  return {
    ...(wire.attempts !== undefined && { attemptsMax: wire.attempts }),
    ...(firstDelayMs !== undefined && { firstDelayMs }),
    ...(maxDelayMs !== undefined && { maxDelayMs }),
    ...(wire.doublings !== undefined && { doublings: wire.doublings }),
    ...(wire.jitter !== undefined && { jitter: wire.jitter }),
    ...(maxAgeMs !== undefined && { maxAgeMs }),
  };
}

/** A bound without an action that obeys it is refused: it was meant to be obeyed. */
function decodeLateness(wire: WireLateness | undefined): LatenessPolicy | undefined {
  if (wire === undefined) return undefined;
  const action = decodeEnum('lateness.action', wire.action, ACTIONS, WireAction);
  const { maxMs } = wire;
  if (action === 'fire') {
    if (maxMs === undefined) return undefined;
    throw invalidField('lateness.action', 'must say what becomes of what is later than max_ms');
  }
  if (maxMs === undefined) throw invalidField('lateness.max_ms', 'is required');
  return { action, maxMs: decodeInt64('lateness.max_ms', maxMs) };
}
