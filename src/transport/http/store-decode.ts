import {
  exactVersion,
  FEED_START,
  INT32_MAX,
  invalidField,
  parseTypeCode,
  parseUuid,
  requireUuid,
  type Limits,
  type TypeCode,
  type Uuid,
} from '../../core/index.js';
import type { Ids } from '../../runtime/index.js';
import {
  ANSWER_BYTES_MAX,
  type AppendCommand,
  type EventDraft,
  type TypeRead,
} from '../../service/index.js';
import { readJson } from './json-text.js';

/** Request header that makes an append safe to retry: a UUID. */
export const APPEND_ID_HEADER = 'cassadra-append-id';

const SIZE_DEFAULT = 100;

/** The last moment that a Date can hold. */
const SINCE_MS_MAX = 8_640_000_000_000_000;

/** Commas and opening brackets in a body: far more than 1,000 events have. */
const PARTS_MAX = 100_000;

/** Whole numbers that a double holds. */
const WHOLE = /^-?\d{1,15}$/;

export interface AppendParams {
  readonly id: string;
  readonly version: string;
}

/** Of a query, each a list when it is given more than once. */
export interface TypeQuery {
  readonly since?: string | readonly string[];
  readonly size?: string | readonly string[];
}

/** The stream of a request. */
export function decodeId(id: string): Uuid {
  const uuid = parseUuid(id);
  if (uuid === undefined) throw invalidField('id', 'must be a UUID of 36 characters');
  return uuid;
}

/** An append. With an append id, event n has the id UUIDv5(append id, n), counted from 0. */
export function decodeAppend(
  params: AppendParams,
  body: unknown,
  appendIdText: string | undefined,
  ids: Ids,
): AppendCommand {
  const stream = decodeId(params.id);
  const version = decodeWhole('version', params.version);
  if (version < 0 || version > INT32_MAX) {
    throw invalidField('version', `must be a whole number from 0 to ${INT32_MAX}`);
  }
  const appendId = decodeAppendId(appendIdText);
  const { value } = readJson(body, PARTS_MAX);
  if (!Array.isArray(value)) throw invalidField('body', 'must be an array of events');
  const items: readonly unknown[] = value;
  const events = items.map((item, index) => {
    const draft = decodeEvent(item, `events[${index}]`);
    if (appendId === undefined) return draft;
    return { ...draft, eventId: requireUuid(ids.nameId(String(index), appendId)) };
  });
  return { stream, expected: exactVersion(version), events };
}

/** A page by type: whole milliseconds, later than `since`. */
export function decodeTypeRead(type: string, query: TypeQuery, limits: Limits): TypeRead {
  const since = query.since === undefined ? 0 : decodeWhole('since', query.since);
  const size = query.size === undefined ? 0 : decodeWhole('size', query.size);
  return {
    types: [decodeType('type', decodeWhole('type', type))],
    after:
      since <= 0 ? FEED_START : { kind: 'savetime', savetimeMs: Math.min(since, SINCE_MS_MAX) },
    limit: Math.min(size <= 0 ? SIZE_DEFAULT : size, limits.pageEventsMax),
    bytesMax: ANSWER_BYTES_MAX,
    boundary: 'millisecond',
  };
}

function decodeWhole(field: string, text: string | readonly string[]): number {
  if (typeof text !== 'string') throw invalidField(field, 'must be given once');
  if (!WHOLE.test(text)) throw invalidField(field, 'must be a whole number');
  return Number(text);
}

function decodeType(field: string, type: unknown): TypeCode {
  const code = typeof type === 'number' ? parseTypeCode(type) : undefined;
  if (code === undefined) throw invalidField(field, 'must be an int32');
  return code;
}

function decodeAppendId(text: string | undefined): Uuid | undefined {
  if (text === undefined) return undefined;
  const id = parseUuid(text);
  if (id === undefined) throw invalidField(APPEND_ID_HEADER, 'must be one UUID');
  return id;
}

function decodeEvent(item: unknown, field: string): EventDraft {
  if (typeof item !== 'object' || item === null) throw invalidField(field, 'must be an object');
  const type = 'type' in item ? item.type : undefined;
  const payload = 'payload' in item ? item.payload : undefined;
  if (typeof payload !== 'string') throw invalidField(`${field}.payload`, 'must be a string');
  return { type: decodeType(`${field}.type`, type), content: { kind: 'text', text: payload } };
}
