import {
  HttpMethod,
  OnExists,
  type RetryPolicy,
  type ScheduleRequest,
} from '../../gen/cassadra/v1/scheduler.js';
import { encodeExpected, type Expected } from '../append.js';
import { invalidField } from '../errors.js';
import { encodeContent, encodeTypeRef, type Content } from '../new-event.js';
import { requireText, requireTexts } from '../require-text.js';
import type { ClientTime } from '../time.js';
import type { HttpCallMethod, TimedEventRetry } from './timed-event.js';

/** A call over HTTP; its content is the body. */
export interface HttpCallRequest extends Content {
  /** http or https, without user name and password. */
  readonly url: string;
  /** POST when not given. */
  readonly method?: HttpCallMethod;
  /** By name, or as pairs where the order matters. */
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
}

/** An event that is appended, once, with the generation of the timed event as its id. */
export interface ScheduledAppendRequest extends Content {
  readonly stream: string;
  /** A name, or a code. */
  readonly type: string | number;
  /** A media type; not given: as the content is. */
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** What the stream must be like at the due time; `any` when not given. */
  readonly expected?: Expected;
}

/** A timed event to be scheduled. Exactly one of `http` and `append`. */
export interface TimedEventRequest {
  /** Who schedules: 1 to 200 bytes. */
  readonly application: string;
  /** Names it within the application: 1 to 200 bytes. */
  readonly eventId: string;
  /** When: a moment, ms since the epoch, or ms from now by the clock of this process. */
  readonly due: Date | number | { readonly inMs: number };
  readonly http?: HttpCallRequest;
  readonly append?: ScheduledAppendRequest;
  readonly retry?: TimedEventRetry;
  /** For one attempt: 100 to 600,000 ms (15,000, or as the server is set). */
  readonly timeoutMs?: number;
  /** How long it is kept after it has finished, ms. */
  readonly retentionMs?: number;
  /** When there is one of this id: refuse (`reject`, the default), accept an equal one, replace. */
  readonly onExists?: 'reject' | 'ok-if-same' | 'replace';
}

const METHODS: Readonly<Record<HttpCallMethod, HttpMethod>> = {
  POST: HttpMethod.HTTP_METHOD_POST,
  GET: HttpMethod.HTTP_METHOD_GET,
  PUT: HttpMethod.HTTP_METHOD_PUT,
  DELETE: HttpMethod.HTTP_METHOD_DELETE,
  PATCH: HttpMethod.HTTP_METHOD_PATCH,
};

const ON_EXISTS = {
  reject: OnExists.ON_EXISTS_REJECT,
  'ok-if-same': OnExists.ON_EXISTS_OK_IF_SAME,
  replace: OnExists.ON_EXISTS_REPLACE,
} as const;

type Time = Pick<ClientTime, 'nowMs'>;

/** For the wire. Throws InvalidRequestError naming the field. */
export function encodeTimedEvent(request: TimedEventRequest, time: Time): ScheduleRequest {
  const { application, eventId, due, retry, timeoutMs, retentionMs, onExists = 'reject' } = request;
  requireText(application, 'application');
  requireText(eventId, 'eventId');
  return {
    application,
    eventId,
    dueMs: encodeDue(due, time),
    ...encodeTarget(request),
    ...(retry === undefined ? {} : { retry: encodeRetry(retry) }),
    ...(timeoutMs === undefined ? {} : { timeoutMs: wholeMs(timeoutMs, 'timeoutMs') }),
    ...(retentionMs === undefined ? {} : { retentionMs: wholeMs(retentionMs, 'retentionMs') }),
    onExists: ON_EXISTS[onExists],
  };
}

/** Ms since the epoch. Throws InvalidRequestError. */
export function encodeDue(due: TimedEventRequest['due'], time: Time): bigint {
  if (typeof due === 'number') return wholeMs(due, 'due');
  if (due instanceof Date) return wholeMs(due.getTime(), 'due');
  return wholeMs(time.nowMs() + Number(wholeMs(due.inMs, 'due.inMs')), 'due.inMs');
}

function encodeTarget({
  http,
  append,
}: TimedEventRequest): Pick<ScheduleRequest, 'target' | 'payload'> {
  if (http !== undefined && append === undefined) return encodeHttp(http);
  if (append !== undefined && http === undefined) return encodeAppend(append);
  throw invalidField('target', 'is not one of http and append');
}

function encodeHttp(http: HttpCallRequest): Pick<ScheduleRequest, 'target' | 'payload'> {
  const { url, method = 'POST', headers = {} } = http;
  requireText(url, 'http.url');
  const pairs = isPairs(headers) ? headers : Object.entries(headers);
  for (const [name, value] of pairs) requireTexts({ [name]: value }, 'http.headers');
  const payload = encodeContent(http, 'http');
  const value = {
    url,
    method: METHODS[method],
    headers: pairs.map(([name, text]) => ({ name, value: text })),
  };
  return { target: { $case: 'http', value }, ...(payload === undefined ? {} : { payload }) };
}

function isPairs(
  headers: NonNullable<HttpCallRequest['headers']>,
): headers is readonly (readonly [string, string])[] {
  return Array.isArray(headers);
}

function encodeAppend(append: ScheduledAppendRequest): Pick<ScheduleRequest, 'target' | 'payload'> {
  const { stream, type, contentType = '', metadata = {}, expected = 'any' } = append;
  requireText(stream, 'append.stream');
  requireText(contentType, 'append.contentType');
  requireTexts(metadata, 'append.metadata');
  const payload = encodeContent(append, 'append');
  const value = {
    stream,
    typeRef: encodeTypeRef(type, 'append.type'),
    contentType,
    metadata: { ...metadata },
    ...encodeExpected(expected),
  };
  return { target: { $case: 'append', value }, ...(payload === undefined ? {} : { payload }) };
}

function encodeRetry(retry: TimedEventRetry): RetryPolicy {
  const { attempts, firstDelayMs, maxDelayMs, doublings, jitter, maxAgeMs } = retry;
  return {
    ...(attempts === undefined ? {} : { attempts }),
    ...(firstDelayMs === undefined
      ? {}
      : { firstDelayMs: wholeMs(firstDelayMs, 'retry.firstDelayMs') }),
    ...(maxDelayMs === undefined ? {} : { maxDelayMs: wholeMs(maxDelayMs, 'retry.maxDelayMs') }),
    ...(doublings === undefined ? {} : { doublings }),
    ...(jitter === undefined ? {} : { jitter }),
    ...(maxAgeMs === undefined ? {} : { maxAgeMs: wholeMs(maxAgeMs, 'retry.maxAgeMs') }),
  };
}

/** Throws InvalidRequestError. */
export function wholeMs(value: number, field: string): bigint {
  if (!Number.isSafeInteger(value)) throw invalidField(field, 'is not a whole number of ms');
  return BigInt(value);
}
