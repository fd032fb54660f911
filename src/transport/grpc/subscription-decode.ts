import {
  AppError,
  decodeSubscriptionCursor,
  FEED_START,
  invalidField,
  parseTypeCode,
  requireWithin,
  type Limits,
  type SubscriptionCursor,
} from '../../core/index.js';
import {
  SubscribeFrom,
  type EventFilter as WireFilter,
  type PollTypesRequest,
  type SubscribeRequest,
} from '../../gen/cassadra/v1/event_store.js';
import type {
  EventFilter,
  SubscriptionQuery,
  SubscriptionSource,
  SubscriptionStart,
  TypeRef,
  TypesPoll,
} from '../../service/index.js';
import { decodeEnum } from './decode-enum.js';
import { decodeTexts } from './metadata-field.js';

const POLL_LIMIT_DEFAULT = 100;
const POLL_WAIT_MAX_MS = 30_000;
const POLL_BYTES_MAX = 3 * 1_048_576;

const STARTS: ReadonlyMap<number, SubscriptionStart> = new Map([
  [SubscribeFrom.SUBSCRIBE_FROM_UNSPECIFIED, { kind: 'start' }],
  [SubscribeFrom.SUBSCRIBE_FROM_START, { kind: 'start' }],
  [SubscribeFrom.SUBSCRIBE_FROM_NOW, { kind: 'now' }],
]);

interface WireTypes {
  readonly types: readonly string[];
  readonly typeCodes: readonly number[];
}

/** Each type once. */
function decodeTypes(prefix: string, { types, typeCodes }: WireTypes): readonly TypeRef[] {
  const codes = typeCodes.map((number, index) => {
    const code = parseTypeCode(number);
    if (code === undefined) throw invalidField(`${prefix}type_codes[${index}]`, 'must be an int32');
    return code;
  });
  return [...new Set<TypeRef>([...types, ...codes])];
}

function decodeCursor(text: string): SubscriptionCursor | undefined {
  if (text === '') return undefined;
  const cursor = decodeSubscriptionCursor(text);
  if (cursor === undefined) throw invalidCursor('is not a cursor of this store');
  return cursor;
}

function invalidCursor(problem: string): AppError {
  return new AppError('CURSOR_INVALID', `cursor ${problem}`, { field: 'cursor' });
}

/** Throws INVALID_ARGUMENT, LIMIT_EXCEEDED and CURSOR_INVALID; the service checks the types. */
export function decodePoll(request: PollTypesRequest, limits: Limits): TypesPoll {
  const { limit, waitMs } = request;
  const types = decodeTypes('', request);
  const after = decodeCursor(request.cursor) ?? FEED_START;
  if (after.kind === 'stream') throw invalidCursor('is one of a stream, not of types');
  if (limit < 0) throw invalidField('limit', 'must not be negative');
  requireWithin('limit', limit, limits.pageEventsMax);
  if (waitMs < 0) throw invalidField('wait_ms', 'must not be negative');
  requireWithin('wait_ms', waitMs, POLL_WAIT_MAX_MS);
  const fallback = Math.min(POLL_LIMIT_DEFAULT, limits.pageEventsMax);
  return {
    types,
    after,
    limit: limit === 0 ? fallback : limit,
    bytesMax: POLL_BYTES_MAX,
    waitMs,
  };
}

/** Throws INVALID_ARGUMENT and CURSOR_INVALID; the service checks names and limits. */
export function decodeSubscribe(request: SubscribeRequest): SubscriptionQuery {
  return {
    source: decodeSource(request),
    start: decodeStart(request),
    filter: decodeFilter(request.filter),
    eager: request.eager,
  };
}

function decodeSource(request: SubscribeRequest): SubscriptionSource {
  const { stream, all } = request;
  const types = decodeTypes('', request);
  const given = [stream !== '', types.length > 0, all].filter(Boolean);
  if (given.length !== 1) {
    const others = 'types (with type_codes) or all';
    throw invalidField('stream', `must be given, or ${others}: exactly one of the three`);
  }
  if (all) return { kind: 'all' };
  return types.length > 0 ? { kind: 'types', types } : { kind: 'stream', stream };
}

/** With a cursor `from` says nothing: who resumes by Last-Event-ID repeats the first request. */
function decodeStart(request: SubscribeRequest): SubscriptionStart {
  const start = decodeEnum('from', request.from, STARTS, SubscribeFrom);
  const cursor = decodeCursor(request.cursor);
  return cursor === undefined ? start : { kind: 'after', cursor };
}

function decodeFilter(wire: WireFilter | undefined): EventFilter {
  if (wire === undefined) return { types: [], streamPrefix: '', metadata: new Map() };
  return {
    types: decodeTypes('filter.', wire),
    streamPrefix: wire.streamPrefix,
    metadata: decodeTexts('filter.metadata', wire.metadata),
  };
}
