import { AppError } from './app-error.js';
import type { StreamAppend } from './append-plan.js';
import { contentBytes, INT32_MAX, textBytes, type EventContent, type NewEvent } from './event.js';
import { namedVersion } from './expected-version.js';
import { parseUuid } from './uuid.js';

/** What one call may ask for. Sizes in bytes. */
export interface Limits {
  readonly appendEventsMax: number;
  readonly appendBytesMax: number;
  readonly payloadBytesMax: number;
  readonly metadataBytesMax: number;
  readonly streamNameBytesMax: number;
  readonly typeNameBytesMax: number;
  readonly pageEventsMax: number;
  readonly idWindow: number;
}

export const DEFAULT_LIMITS: Limits = {
  appendEventsMax: 1_000,
  appendBytesMax: 4 * 1_048_576,
  payloadBytesMax: 1_048_576,
  metadataBytesMax: 65_536,
  streamNameBytesMax: 512,
  typeNameBytesMax: 200,
  pageEventsMax: 10_000,
  idWindow: 1_000,
};

/** Cassandra refuses mutations over half a commit-log segment; this stays below it. */
export const APPEND_BYTES_HARD_MAX = 8 * 1_048_576;

/** Of one UTF-16 unit. */
const UTF8_BYTES_MAX = 3;

/** Content types are short; a longer one is a mistake. */
const CONTENT_TYPE_BYTES_MAX = 200;

/** Throws LIMIT_EXCEEDED, naming the field, the limit and the value, when `value` is over it. */
export function requireWithin(
  field: string,
  value: number,
  limit: number,
  unit: '' | 'bytes' = '',
): void {
  if (value <= limit) return;
  const measured = unit === '' ? String(value) : `${value} ${unit}`;
  throw new AppError('LIMIT_EXCEEDED', `${field} is ${measured}, over the limit of ${limit}`, {
    field,
    limit: String(limit),
  });
}

/** Whether bytes have to be counted: of most texts the characters tell that they are within. */
export function mayExceed(content: EventContent, bytesMax: number): boolean {
  return content.kind === 'bytes' || content.text.length * UTF8_BYTES_MAX > bytesMax;
}

/** INVALID_ARGUMENT for one field. */
export function invalidField(field: string, problem: string): AppError {
  return new AppError('INVALID_ARGUMENT', `${field} ${problem}`, { field });
}

/** Half a surrogate pair has no UTF-8: storage would change the text without a word. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function isWellFormed(text: string | undefined): boolean {
  return text === undefined || !LONE_SURROGATE.test(text);
}

/** Throws INVALID_ARGUMENT when a text cannot be written as UTF-8 (JSON can carry such texts). */
export function requireWellFormed(field: string, text: string | undefined): void {
  if (!isWellFormed(text)) throw invalidField(field, 'must be well-formed Unicode text');
}

/** CR, LF and the like, also where a URL parser would quietly drop them. */
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Throws INVALID_ARGUMENT when there are control characters in a text. */
export function requireNoControls(field: string, text: string): void {
  if (CONTROL.test(text)) throw invalidField(field, 'must not contain control characters');
}

/** Throws unless the text may name a stream. A UUID always may. */
export function requireStreamName(field: string, text: string, limits: Limits): void {
  if (text === '') throw invalidField(field, 'must not be empty');
  if (parseUuid(text) !== undefined) return;
  requireWellFormed(field, text);
  requireWithin(field, textBytes(text), limits.streamNameBytesMax, 'bytes');
}

/** Throws unless the text may name an event type. */
export function requireTypeName(field: string, text: string, limits: Limits): void {
  if (text === '') throw invalidField(field, 'must not be empty');
  requireWellFormed(field, text);
  requireWithin(field, textBytes(text), limits.typeNameBytesMax, 'bytes');
}

/** Throws unless the text may be a content type. It ends up in headers. */
export function requireContentType(field: string, text: string | undefined): void {
  requireWellFormed(field, text);
  requireWithin(field, textBytes(text), CONTENT_TYPE_BYTES_MAX, 'bytes');
  requireNoControls(field, text ?? '');
}

function validateEvent(event: NewEvent, index: number, limits: Limits): number {
  const { content, metadata, contentType } = event;
  const payloadBytes = contentBytes(content);
  const metadataBytes = textBytes(metadata);
  const isSound =
    payloadBytes <= limits.payloadBytesMax &&
    metadataBytes <= limits.metadataBytesMax &&
    contentType === undefined &&
    isWellFormed(metadata) &&
    (content.kind === 'bytes' || isWellFormed(content.text));
  if (!isSound) {
    // names take longer to make than all of the checks
    const field = `events[${index}]`;
    requireWithin(`${field}.payload`, payloadBytes, limits.payloadBytesMax, 'bytes');
    requireWithin(`${field}.metadata`, metadataBytes, limits.metadataBytesMax, 'bytes');
    if (content.kind === 'text') requireWellFormed(`${field}.payload`, content.text);
    requireWellFormed(`${field}.metadata`, metadata);
    requireContentType(`${field}.content_type`, contentType);
  }
  return payloadBytes + metadataBytes + textBytes(contentType);
}

/** Throws unless the append may be written as it is; answers its bytes. Nothing is written yet. */
export function validateAppend(append: StreamAppend, limits: Limits): number {
  const { events, expected } = append;
  const version = namedVersion(expected) ?? 0;
  if (!Number.isInteger(version) || version < 0 || version > INT32_MAX) {
    throw invalidField('version', `must be a whole number from 0 to ${INT32_MAX}`);
  }
  if (events.length === 0) throw invalidField('events', 'must not be empty');
  requireWithin('events', events.length, limits.appendEventsMax);
  requireWithin('version', version, INT32_MAX - events.length);
  const ids = new Set<string>();
  let bytes = 0;
  events.forEach((event, index) => {
    bytes += validateEvent(event, index, limits);
    ids.add(event.eventId);
    if (ids.size > index) return;
    const field = `events[${index}].event_id`;
    throw new AppError('DUPLICATE_EVENT_ID', `${field} stands twice in the append`, { field });
  });
  requireWithin('events', bytes, limits.appendBytesMax, 'bytes');
  return bytes;
}
