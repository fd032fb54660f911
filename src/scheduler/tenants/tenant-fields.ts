import {
  destinationOf,
  EVENT_STORE_DESTINATION,
  invalidField,
  requireStreamName,
  requireTypeName,
  requireUrl,
  requireWellFormed,
  requireWithin,
  textBytes,
  type CallLimits,
  type Limits,
} from '../../core/index.js';
import type { PageRequest } from '../schedules/schedules.js';
import type { ApplicationSettings } from './tenants.js';

const RATE = { min: 0.001, max: 100_000 };
const CONCURRENCY_MAX = 10_000;
const PENDING_MAX = 1_000_000_000;
const NOTE_BYTES_MAX = 1_000;
/** Hosts have up to 253; with the name of the application it is still a key of a document. */
const DESTINATION_BYTES_MAX = 300;
const PAGE_MAX = 1_000;

/** Throws INVALID_ARGUMENT or LIMIT_EXCEEDED. Fields are named as in the v1 API. */
export function requireSettings(settings: ApplicationSettings, limits: Limits): void {
  requireCallLimits(settings);
  const { pendingMax, failureEvent } = settings;
  if (pendingMax !== undefined) requireWhole('pending_max', pendingMax, PENDING_MAX);
  if (failureEvent === undefined) return;
  requireStreamName('failure_event.stream', failureEvent.stream, limits);
  requireTypeName('failure_event.type', failureEvent.type, limits);
}

export function requireCallLimits({ ratePerSecond: rate, concurrency }: CallLimits): void {
  if (rate !== undefined && !(rate >= RATE.min && rate <= RATE.max)) {
    throw invalidField('rate_per_second', `must be from ${RATE.min} to ${RATE.max}`);
  }
  if (concurrency !== undefined) requireWhole('concurrency', concurrency, CONCURRENCY_MAX);
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

export function requirePage({ limit }: PageRequest): void {
  requireWhole('limit', limit, PAGE_MAX);
}

function requireWhole(field: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= max) return;
  throw invalidField(field, `must be a whole number from 1 to ${max}`);
}
