import {
  invalidField,
  requireMilliseconds,
  requireName,
  requireWithin,
  type RetryPolicy,
  type TimedEventKey,
} from '../../core/index.js';
import {
  OnExists as WireOnExists,
  type RetryPolicy as WireRetry,
  type ScheduleBatchRequest,
  type ScheduleRequest,
} from '../../gen/cassadra/v1/scheduler.js';
import type { OnExists, ScheduleCommand } from '../../scheduler/index.js';
import { decodeEnum } from './decode-enum.js';
import { requireJson } from './json-field.js';
import { decodeTarget, type PayloadKind } from './scheduler-target.js';

const BATCH_MAX = 100;

const ON_EXISTS: ReadonlyMap<number, OnExists> = new Map([
  [WireOnExists.ON_EXISTS_UNSPECIFIED, 'reject'],
  [WireOnExists.ON_EXISTS_REJECT, 'reject'],
  [WireOnExists.ON_EXISTS_OK_IF_SAME, 'ok-if-same'],
  [WireOnExists.ON_EXISTS_REPLACE, 'replace'],
]);

/** An int64 that a number can hold. Throws INVALID_ARGUMENT. */
export function decodeInt64(field: string, value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw invalidField(field, 'must be within ±(2^53 − 1)');
  return number;
}

function decodeOptional(field: string, value: bigint | undefined): number | undefined {
  return value === undefined ? undefined : decodeInt64(field, value);
}

/** The due time. Throws INVALID_ARGUMENT when it is missing: 0 would mean now. */
export function decodeDue(value: bigint | undefined): number {
  if (value === undefined) throw invalidField('due_ms', 'is required');
  const dueMs = decodeInt64('due_ms', value);
  requireMilliseconds('due_ms', dueMs);
  return dueMs;
}

/** The key of a request. Throws INVALID_ARGUMENT and LIMIT_EXCEEDED. */
export function decodeKey(request: TimedEventKey): TimedEventKey {
  const { application, eventId } = request;
  requireName('application', application);
  requireName('event_id', eventId);
  return { application, eventId };
}

interface Payload {
  readonly kind: PayloadKind | undefined;
  readonly bytes: Uint8Array;
}

function decodePayload(payload: ScheduleRequest['payload']): Payload {
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

/** One timed event to be scheduled. Throws INVALID_ARGUMENT and LIMIT_EXCEEDED. */
export function decodeSchedule(request: ScheduleRequest): ScheduleCommand {
  const { payload, target } = request;
  const key = decodeKey(request);
  const dueMs = decodeDue(request.dueMs);
  const sent = decodePayload(payload);
  return {
    key,
    dueMs,
    payload: sent.bytes,
    target: decodeTarget(target, sent.kind),
    retry: decodeRetry(request.retry),
    timeoutMs: decodeOptional('timeout_ms', request.timeoutMs),
    retentionMs: decodeOptional('retention_ms', request.retentionMs),
    onExists: decodeEnum('on_exists', request.onExists, ON_EXISTS, WireOnExists),
  };
}

/** The requests of a batch, each to be decoded for itself. Throws when it has too many or none. */
export function decodeBatch({ requests }: ScheduleBatchRequest): readonly ScheduleRequest[] {
  if (requests.length === 0) throw invalidField('requests', 'must not be empty');
  requireWithin('requests', requests.length, BATCH_MAX);
  return requests;
}
