import {
  DEFAULT_LIMITS,
  invalidField,
  requireNoControls,
  requireWellFormed,
  requireWithin,
  type Limits,
} from './limits.js';
import type { RetryPolicy } from './retry-policy.js';
import { requireAppendTarget } from './timed-event-append.js';
import {
  HTTP_METHODS,
  type HttpHeader,
  type HttpMethod,
  type HttpTarget,
  type TimedEventKey,
  type TimedEventPlan,
} from './timed-event.js';

/** What one timed event may ask for. */
export interface TimedEventLimits {
  readonly payloadBytesMax: number;
  /** How far ahead a due time may lie. */
  readonly horizonMs: number;
  /** Those of the event store, for events that are to be appended. */
  readonly append: Limits;
}

const DAY_MS = 86_400_000;

export const DEFAULT_TIMED_EVENT_LIMITS: TimedEventLimits = {
  payloadBytesMax: 1_048_576,
  horizonMs: 36_525 * DAY_MS,
  append: DEFAULT_LIMITS,
};

const NAME_BYTES_MAX = 200;
const URL_BYTES_MAX = 2_048;
const HEADERS_MAX = 64;
const HEADERS_BYTES_MAX = 16_384;
const TIMEOUT_MS = { min: 100, max: 600_000 };
const ATTEMPTS = { min: 1, max: 100 };
const DELAY_MS = { min: 10, max: 7 * DAY_MS };
const DOUBLINGS = { min: 0, max: 30 };
const MAX_AGE_MS = { min: 1_000, max: 3_650 * DAY_MS };
const RETENTION_MS = { min: 1_000, max: 365 * DAY_MS };
const LATENESS_MS = { min: 0, max: 3_650 * DAY_MS };

/** The token of RFC 9110. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Tab and everything visible up to U+00FF: what a header value can carry. */
const HEADER_VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

/** What the sender sets itself, and what belongs to one connection. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const RESERVED_PREFIXES = ['cassadra-', 'proxy-', 'webhook-'];

/** The URL parser also takes `http:host`. */
const AUTHORITY = /^\s*https?:\/\//i;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** Throws INVALID_ARGUMENT unless the value is a whole number of the range. */
export function requireRange(
  field: string,
  value: number,
  range: { readonly min: number; readonly max: number },
): void {
  if (Number.isInteger(value) && value >= range.min && value <= range.max) return;
  throw invalidField(field, `must be a whole number from ${range.min} to ${range.max}`);
}

/** Throws unless the text can name an application or an event: 1 to 200 bytes, no controls. */
export function requireName(field: string, text: string): void {
  if (text === '') throw invalidField(field, 'must not be empty');
  requireWellFormed(field, text);
  requireNoControls(field, text);
  requireWithin(field, bytesOf(text), NAME_BYTES_MAX, 'bytes');
}

/** The method by its name in capitals. Throws INVALID_ARGUMENT for any other. */
export function requireMethod(field: string, text: string): HttpMethod {
  const method = HTTP_METHODS.find((known) => known === text);
  if (method === undefined) throw invalidField(field, `must be one of ${HTTP_METHODS.join(', ')}`);
  return method;
}

/** An http or https URL in its normal form, without a fragment. Throws INVALID_ARGUMENT. */
export function requireUrl(field: string, text: string): string {
  requireWithin(field, bytesOf(text), URL_BYTES_MAX, 'bytes');
  requireNoControls(field, text);
  if (!URL.canParse(text)) throw invalidField(field, 'must be an absolute URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw invalidField(field, 'must begin with http:// or https://');
  }
  if (url.port === '0' || !AUTHORITY.test(text)) {
    throw invalidField(field, 'must have a host, and a port that can be called');
  }
  if (url.username !== '' || url.password !== '') {
    throw invalidField(field, 'must not contain a user name or password');
  }
  url.hash = '';
  return url.href;
}

/** Throws INVALID_ARGUMENT for a header that may not be set or cannot be sent. */
export function requireHeader(field: string, header: HttpHeader): void {
  const { name, value } = header;
  if (!HEADER_NAME.test(name)) throw invalidField(field, 'must have a header name of RFC 9110');
  if (!HEADER_VALUE.test(value)) {
    throw invalidField(field, 'must not contain control characters or characters above U+00FF');
  }
  const lower = name.toLowerCase();
  if (RESERVED_HEADERS.has(lower) || RESERVED_PREFIXES.some((start) => lower.startsWith(start))) {
    throw invalidField(field, `must not set the header ${lower}: the sender does`);
  }
}

function requireHttpTarget(target: HttpTarget): void {
  requireUrl('http.url', target.url);
  requireWithin('http.headers', target.headers.length, HEADERS_MAX);
  target.headers.forEach((header, index) => requireHeader(`http.headers[${index}]`, header));
  const bytes = target.headers.reduce(
    (sum, { name, value }) => sum + name.length + value.length,
    0,
  );
  requireWithin('http.headers', bytes, HEADERS_BYTES_MAX, 'bytes');
}

function requireTarget({ target, payload }: TimedEventPlan, limits: TimedEventLimits): void {
  switch (target.kind) {
    case 'http':
      return requireHttpTarget(target);
    case 'append':
      return requireAppendTarget(target, payload.byteLength, limits.append);
    case 'task':
      throw invalidField('target', 'must be a call or an append');
  }
}

function requireRetry(retry: RetryPolicy): void {
  requireRange('retry.attempts', retry.attemptsMax, ATTEMPTS);
  requireRange('retry.first_delay_ms', retry.firstDelayMs, DELAY_MS);
  requireRange('retry.max_delay_ms', retry.maxDelayMs, DELAY_MS);
  requireRange('retry.doublings', retry.doublings, DOUBLINGS);
  if (!(retry.jitter >= 0 && retry.jitter <= 1)) {
    throw invalidField('retry.jitter', 'must be from 0 to 1');
  }
  if (retry.maxAgeMs !== undefined) requireRange('retry.max_age_ms', retry.maxAgeMs, MAX_AGE_MS);
}

/** Earlier than March 1973 when it is milliseconds; until 5138 when it is seconds. */
const LIKELY_SECONDS_BELOW = 1e11;

/** Throws INVALID_ARGUMENT for a time that is likely in seconds. 0 stands for no time at all. */
export function requireMilliseconds(field: string, ms: number): void {
  if (ms <= 0 || ms >= LIKELY_SECONDS_BELOW) return;
  throw invalidField(field, `must be in milliseconds: ${ms} looks like seconds`);
}

/** Throws unless the due time is a whole number of ms within the horizon; the past means now. */
export function requireDueMs(
  field: string,
  dueMs: number,
  nowMs: number,
  limits: TimedEventLimits,
): void {
  if (dueMs > nowMs + limits.horizonMs) {
    throw invalidField(field, `must be at most ${limits.horizonMs / DAY_MS} days ahead`);
  }
  if (Number.isSafeInteger(dueMs) && dueMs >= 0) return;
  throw invalidField(field, 'must be a whole number of ms since 1970, not negative');
}

/** Throws unless the timed event may be stored as it is. Fields are named as in the v1 API. */
export function validateTimedEvent(
  key: TimedEventKey,
  plan: TimedEventPlan,
  nowMs: number,
  limits: TimedEventLimits,
): void {
  requireName('application', key.application);
  requireName('event_id', key.eventId);
  requireDueMs('due_ms', plan.dueMs, nowMs, limits);
  requireWithin('payload', plan.payload.byteLength, limits.payloadBytesMax, 'bytes');
  requireTarget(plan, limits);
  requireRetry(plan.retry);
  requireRange('timeout_ms', plan.timeoutMs, TIMEOUT_MS);
  requireRange('retention_ms', plan.retentionMs, RETENTION_MS);
  const { lateness } = plan;
  if (lateness !== undefined) requireRange('lateness.max_ms', lateness.maxMs, LATENESS_MS);
}
