import {
  invalidField,
  requireHeader,
  requireJsonShape,
  requireMilliseconds,
  requireName,
  requireUrl,
  requireWithin,
  type HttpHeader,
  type HttpMethod,
  type HttpTarget,
  type RetryPolicy,
  type TimedEventKey,
} from '../../core/index.js';
import {
  HttpMethod as WireMethod,
  OnExists as WireOnExists,
  type HttpTarget as WireTarget,
  type RetryPolicy as WireRetry,
  type ScheduleBatchRequest,
  type ScheduleRequest,
} from '../../gen/cassadra/v1/scheduler.js';
import type { OnExists, ScheduleCommand } from '../../scheduler/index.js';

const BATCH_MAX = 100;

/** Commas and opening brackets in a payload: more than the largest has that is mostly values. */
const JSON_PARTS_MAX = 1_000_000;

const METHODS: ReadonlyMap<number, HttpMethod> = new Map([
  [WireMethod.HTTP_METHOD_UNSPECIFIED, 'POST'],
  [WireMethod.HTTP_METHOD_POST, 'POST'],
  [WireMethod.HTTP_METHOD_GET, 'GET'],
  [WireMethod.HTTP_METHOD_PUT, 'PUT'],
  [WireMethod.HTTP_METHOD_DELETE, 'DELETE'],
  [WireMethod.HTTP_METHOD_PATCH, 'PATCH'],
]);

const ON_EXISTS: ReadonlyMap<number, OnExists> = new Map([
  [WireOnExists.ON_EXISTS_UNSPECIFIED, 'reject'],
  [WireOnExists.ON_EXISTS_REJECT, 'reject'],
  [WireOnExists.ON_EXISTS_OK_IF_SAME, 'ok-if-same'],
  [WireOnExists.ON_EXISTS_REPLACE, 'replace'],
]);

/**
 * The meaning of an enum's value. Throws INVALID_ARGUMENT, with all `names`, for one that has none.
 */
export function decodeEnum<Meaning>(
  field: string,
  value: number,
  meanings: ReadonlyMap<number, Meaning>,
  names: Readonly<Record<number, string>>,
): Meaning {
  const meaning = meanings.get(value);
  if (meaning !== undefined) return meaning;
  const known = [...meanings.keys()].filter((number) => number !== 0);
  const list = known.map((number) => names[number]).join(', ');
  throw invalidField(field, `must be one of ${list}`);
}

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

/** What is to be sent, and the content type of its kind. */
interface Payload {
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
}

function decodePayload(payload: ScheduleRequest['payload']): Payload {
  if (payload === undefined) return { bytes: new Uint8Array(), contentType: undefined };
  if (payload.$case === 'data') {
    return { bytes: payload.value, contentType: 'application/octet-stream' };
  }
  requireJsonShape('json', payload.value, JSON_PARTS_MAX);
  try {
    JSON.parse(payload.value);
  } catch {
    throw invalidField('json', 'must be valid JSON');
  }
  return { bytes: Buffer.from(payload.value), contentType: 'application/json' };
}

function decodeTarget(wire: WireTarget | undefined, contentType: string | undefined): HttpTarget {
  if (wire === undefined) throw invalidField('http', 'is required: there is no other target');
  const headers: HttpHeader[] = wire.headers.map(({ name, value }) => ({ name, value }));
  headers.forEach((header, index) => requireHeader(`http.headers[${index}]`, header));
  const typed = headers.some(({ name }) => name.toLowerCase() === 'content-type');
  if (contentType !== undefined && !typed) {
    headers.push({ name: 'content-type', value: contentType });
  }
  return {
    kind: 'http',
    url: requireUrl('http.url', wire.url),
    method: decodeEnum('http.method', wire.method, METHODS, WireMethod),
    headers,
  };
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
  const { bytes, contentType } = decodePayload(payload);
  return {
    key,
    dueMs,
    payload: bytes,
    target: decodeTarget(target?.value, contentType),
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
