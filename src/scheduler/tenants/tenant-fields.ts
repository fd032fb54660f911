import {
  destinationOf,
  EVENT_STORE_DESTINATION,
  invalidField,
  requireRange,
  requireStreamName,
  requireTypeName,
  requireUrl,
  requireWellFormed,
  requireWithin,
  textBytes,
  type CallLimits,
  type Limits,
} from '../../core/index.js';
import type { ApplicationSettings } from './tenants.js';

const RATE = { min: 0.001, max: 100_000 };
const CONCURRENCY = { min: 1, max: 10_000 };
const PENDING = { min: 1, max: 1_000_000_000 };
const NOTE_BYTES_MAX = 1_000;
/** Hosts have up to 253; with the name of the application it is still a key of a document. */
const DESTINATION_BYTES_MAX = 300;

/** Throws INVALID_ARGUMENT or LIMIT_EXCEEDED. Fields are named as in the v1 API. */
export function requireSettings(settings: ApplicationSettings, limits: Limits): void {
  requireCallLimits(settings);
  const { pendingMax, failureEvent } = settings;
  if (pendingMax !== undefined) requireRange('pending_max', pendingMax, PENDING);
  if (failureEvent === undefined) return;
  requireStreamName('failure_event.stream', failureEvent.stream, limits);
  requireTypeName('failure_event.type', failureEvent.type, limits);
}

export function requireCallLimits({ ratePerSecond: rate, concurrency }: CallLimits): void {
  if (rate !== undefined && !(rate >= RATE.min && rate <= RATE.max)) {
    throw invalidField('rate_per_second', `must be from ${RATE.min} to ${RATE.max}`);
  }
  if (concurrency !== undefined) requireRange('concurrency', concurrency, CONCURRENCY);
}

export function requireNote(note: string): void {
  requireWellFormed('note', note);
  requireWithin('note', textBytes(note), NOTE_BYTES_MAX, 'bytes');
}

/** The destination of a URL; `append:` is the event store. */
export function requireDestination(url: string): string {
  if (url === EVENT_STORE_DESTINATION) return url;
  const target = {
    kind: 'http',
    url: requireUrl('url', url),
    method: 'POST',
    headers: [],
  } as const;
  const destination = destinationOf(target);
  requireWithin('url', textBytes(destination), DESTINATION_BYTES_MAX, 'bytes');
  return destination;
}
