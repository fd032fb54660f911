import {
  AppError,
  invalidField,
  requireTypeName,
  requireWellFormed,
  requireWithin,
  textBytes,
  type FeedCursor,
  type Limits,
} from '../core/index.js';
import type { Capabilities } from '../storage/index.js';
import type { EventFilter, SubscriptionQuery, TypeRef, TypesPoll } from './subscription.js';

const TYPES_MAX = 100;
const METADATA_PAIRS_MAX = 20;
const WAIT_MAX_MS = 30_000;

function requireTypes(field: string, types: readonly TypeRef[], limits: Limits): void {
  requireWithin(field, types.length, TYPES_MAX);
  for (const type of types) {
    if (typeof type === 'string') requireTypeName(field, type, limits);
  }
}

function requireSomeTypes(types: readonly TypeRef[], limits: Limits): void {
  if (types.length === 0) throw invalidField('types', 'must not be empty');
  requireTypes('types', types, limits);
}

function validateFilter({ types, streamPrefix, metadata }: EventFilter, limits: Limits): void {
  requireTypes('filter.types', types, limits);
  requireWellFormed('filter.stream_prefix', streamPrefix);
  const prefixBytes = textBytes(streamPrefix);
  requireWithin('filter.stream_prefix', prefixBytes, limits.streamNameBytesMax, 'bytes');
  requireWithin('filter.metadata', metadata.size, METADATA_PAIRS_MAX);
}

/** Throws unless it may be asked; the stream's name is checked where it is used. */
export function validateSubscription({ source, filter }: SubscriptionQuery, limits: Limits): void {
  if (source.kind === 'types') requireSomeTypes(source.types, limits);
  validateFilter(filter, limits);
}

/** All but the page's limit, which every read by page has. */
export function validatePoll({ types, waitMs }: TypesPoll, limits: Limits): void {
  requireSomeTypes(types, limits);
  if (!Number.isInteger(waitMs) || waitMs < 0) {
    throw invalidField('wait_ms', 'must be a whole number from 0 on');
  }
  requireWithin('wait_ms', waitMs, WAIT_MAX_MS);
}

/** Throws unless a page may be that large. */
export function requirePage(limit: number, limits: Limits): void {
  if (!Number.isInteger(limit) || limit < 1) throw invalidField('limit', 'must be at least 1');
  requireWithin('limit', limit, limits.pageEventsMax);
}

/** Throws NOT_SUPPORTED where there is no order of all events. */
export function requireOrdered({ feed }: Capabilities): void {
  if (feed === 'ordered') return;
  const problem = 'this storage does not order all events: subscribe to types or to a stream';
  throw new AppError('NOT_SUPPORTED', problem);
}

/** The cursor as one of the feed. Throws CURSOR_INVALID. */
export function feedCursorOf(cursor: FeedCursor | { readonly kind: 'stream' }): FeedCursor {
  if (cursor.kind !== 'stream') return cursor;
  throw new AppError('CURSOR_INVALID', 'the cursor belongs to a stream', { field: 'cursor' });
}
