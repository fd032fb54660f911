import {
  AppError,
  INT32_MIN,
  invalidField,
  parseTypeCode,
  requireWithin,
  textBytes,
  type Limits,
  type TypeCode,
} from '../../core/index.js';
import type {
  ListStreamsRequest,
  ListStreamsResponse,
  ListTypesRequest,
  ListTypesResponse,
} from '../../gen/cassadra/v1/event_store.js';
import type { EventStore } from '../../service/index.js';
import { decodePageSize } from './page-size.js';
import { decodePageToken, encodePageToken, tokenNumber } from './page-token.js';

const ALL_STREAMS = ['all-streams'];
const TYPES = ['types'];

/** A page of streams. Throws INVALID_ARGUMENT, LIMIT_EXCEEDED and CURSOR_INVALID. */
export async function listStreams(
  eventStore: EventStore,
  limits: Limits,
  request: ListStreamsRequest,
  signal: AbortSignal,
): Promise<ListStreamsResponse> {
  const { prefix, includeUnnamed, pageToken } = request;
  const limit = Math.min(decodePageSize(request.pageSize), limits.pageEventsMax);
  if (includeUnnamed) {
    if (prefix !== '') throw invalidField('prefix', 'must not stand together with include_unnamed');
    return walkStreams(eventStore, { limit, pageToken }, signal);
  }
  requireWithin('prefix', textBytes(prefix), limits.streamNameBytesMax, 'bytes');
  const list = ['streams', prefix];
  const [after = ''] = pageToken === '' ? [] : decodePageToken(list, pageToken, 1);
  const found = await eventStore.listStreams({ prefix, after, limit }, signal);
  const last = found.length < limit ? undefined : found.at(-1);
  return {
    streams: found.map(({ name, id }) => ({ stream: name, streamId: id })),
    nextPageToken: last === undefined ? '' : encodePageToken(list, last.name),
  };
}

async function walkStreams(
  eventStore: EventStore,
  { limit, pageToken }: { readonly limit: number; readonly pageToken: string },
  signal: AbortSignal,
): Promise<ListStreamsResponse> {
  const [after = ''] = pageToken === '' ? [] : decodePageToken(ALL_STREAMS, pageToken, 1);
  const { streams, next } = await eventStore.walkStreams({ after, limit }, signal);
  return {
    streams: streams.map(({ name, id }) => ({ stream: name ?? id, streamId: id })),
    nextPageToken: next === undefined ? '' : encodePageToken(ALL_STREAMS, next),
  };
}

/** A page of types. Throws INVALID_ARGUMENT, LIMIT_EXCEEDED and CURSOR_INVALID. */
export async function listTypes(
  eventStore: EventStore,
  limits: Limits,
  { pageSize, pageToken }: ListTypesRequest,
  signal: AbortSignal,
): Promise<ListTypesResponse> {
  const limit = Math.min(decodePageSize(pageSize), limits.pageEventsMax);
  const after = pageToken === '' ? undefined : codeOfToken(pageToken);
  const found = await eventStore.listTypes({ after, limit }, signal);
  const last = found.length < limit ? undefined : found.at(-1);
  return {
    types: found.map(({ name, code }) => ({ name: name ?? '', code })),
    nextPageToken: last === undefined ? '' : encodePageToken(TYPES, last.code - INT32_MIN),
  };
}

/** Tokens hold no negative numbers: codes are counted from the lowest. */
function codeOfToken(pageToken: string): TypeCode {
  const [text] = decodePageToken(TYPES, pageToken, 1);
  const code = parseTypeCode(tokenNumber(text) + INT32_MIN);
  if (code !== undefined) return code;
  throw new AppError('CURSOR_INVALID', 'page_token is not of this list', { field: 'page_token' });
}
