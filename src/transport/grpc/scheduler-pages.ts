import {
  requireName,
  requireWithin,
  type Attempt,
  type TimedEventKey,
  type TimedEventStatus,
} from '../../core/index.js';
import {
  Attempt as WireAttempt,
  TimedEvent as WireTimedEvent,
  TimedEventStatus as WireStatus,
  type ListAttemptsRequest,
  type ListAttemptsResponse,
  type ListRequest,
  type ListResponse,
} from '../../gen/cassadra/v1/scheduler.js';
import type { Scheduler } from '../../scheduler/index.js';
import { decodeEnum } from './decode-enum.js';
import { decodeMoment } from './number-fields.js';
import { fitting } from './page-fit.js';
import { decodePageSize } from './page-size.js';
import { decodePageToken, encodePageToken, tokenNumber, type ListIdentity } from './page-token.js';
import { encodeAttempt, encodeSummary } from './scheduler-encode.js';

type Query = Parameters<Scheduler['list']>[0];
type Page = Awaited<ReturnType<Scheduler['list']>>;

/** There are six. */
const STATUSES_MAX = 100;

const STATUSES: ReadonlyMap<number, TimedEventStatus> = new Map([
  [WireStatus.TIMED_EVENT_STATUS_PENDING, 'PENDING'],
  [WireStatus.TIMED_EVENT_STATUS_PROCESSING, 'PROCESSING'],
  [WireStatus.TIMED_EVENT_STATUS_COMPLETED, 'COMPLETED'],
  [WireStatus.TIMED_EVENT_STATUS_FAILED, 'FAILED'],
  [WireStatus.TIMED_EVENT_STATUS_CANCELLED, 'CANCELLED'],
  [WireStatus.TIMED_EVENT_STATUS_SKIPPED, 'SKIPPED'],
]);

/** The size of a page may change from one to the next. */
function identityOf({
  application,
  statuses,
  fromMs,
  untilMs,
}: Omit<Query, 'after'>): ListIdentity {
  return ['events', application, [...new Set(statuses)].sort().join(' '), fromMs, untilMs];
}

function decodePlace(list: ListIdentity, token: string): Query['after'] {
  if (token === '') return undefined;
  const [due, eventId = ''] = decodePageToken(list, token, 2);
  return { dueMs: tokenNumber(due), eventId };
}

/** What to list. Throws INVALID_ARGUMENT, LIMIT_EXCEEDED and CURSOR_INVALID. */
export function decodeList(request: ListRequest): Query {
  requireName('application', request.application);
  requireWithin('statuses', request.statuses.length, STATUSES_MAX);
  const query = {
    application: request.application,
    statuses: request.statuses.map((status, index) =>
      decodeEnum(`statuses[${index}]`, status, STATUSES, WireStatus),
    ),
    fromMs: decodeMoment('due_from_ms', request.dueFromMs) ?? 0,
    untilMs: decodeMoment('due_until_ms', request.dueUntilMs) ?? Number.MAX_SAFE_INTEGER,
    limit: decodePageSize(request.pageSize),
  };
  return { ...query, after: decodePlace(identityOf(query), request.pageToken) };
}

/** The page that `query` asked for, or as much of its beginning as a response holds. */
export function encodeList(query: Query, { events, next }: Page): ListResponse {
  const wire = events.map(encodeSummary);
  const kept = fitting(wire.map((event) => WireTimedEvent.encode(event).finish().length));
  const last = kept < events.length ? events[kept - 1] : undefined;
  const place = last === undefined ? next : { dueMs: last.dueMs, eventId: last.key.eventId };
  return {
    timedEvents: wire.slice(0, kept),
    nextPageToken:
      place === undefined ? '' : encodePageToken(identityOf(query), place.dueMs, place.eventId),
  };
}

/** A page of the attempts of an entry. Throws INVALID_ARGUMENT, LIMIT_EXCEEDED, CURSOR_INVALID. */
export function pageOfAttempts(
  { key, attempts }: { readonly key: TimedEventKey; readonly attempts: readonly Attempt[] },
  { pageSize, pageToken }: Pick<ListAttemptsRequest, 'pageSize' | 'pageToken'>,
): ListAttemptsResponse {
  const limit = decodePageSize(pageSize);
  const list = ['attempts', key.application, key.eventId];
  const [after] = pageToken === '' ? ['0'] : decodePageToken(list, pageToken, 1);
  const afterNumber = tokenNumber(after);
  const rest = attempts.filter(({ number }) => number > afterNumber);
  const wire = rest.slice(0, limit).map(encodeAttempt);
  const kept = fitting(wire.map((attempt) => WireAttempt.encode(attempt).finish().length));
  const last = kept < rest.length ? wire[kept - 1] : undefined;
  return {
    attempts: wire.slice(0, kept),
    nextPageToken: last === undefined ? '' : encodePageToken(list, last.number),
  };
}
