import type { NewEvent as WireEvent } from '../gen/cassadra/v1/event_store.js';
import { invalidField } from './errors.js';
import { requireText, requireTexts } from './require-text.js';

/** What an event says: at most one of the three. */
export interface Content {
  /** Any value; it is sent as `JSON.stringify` writes it. Undefined: nothing. */
  readonly data?: unknown;
  /** JSON as text, kept byte for byte: for 64-bit numbers, or when it is written already. */
  readonly json?: string;
  /** Any bytes. */
  readonly bytes?: Uint8Array;
}

/** An event to be appended. */
export interface NewEvent extends Content {
  /** What has happened: a name, or a code (an int32). */
  readonly type: string | number;
  /** A media type; not given: application/json or application/octet-stream. */
  readonly contentType?: string;
  /** What is to be said besides, as correlationId and causationId. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** A UUID, new for each event; the client makes one when it is not given. */
  readonly eventId?: string;
}

/** How `newEventId` of an append is made, so that a test can know them. */
export type NewId = () => string;

/** As it goes over the wire, with an id. Throws InvalidRequestError naming the field. */
export function encodeNewEvent(event: NewEvent, field: string, newId: NewId): WireEvent {
  const { type, contentType = '', metadata = {}, eventId = newId() } = event;
  requireText(eventId, `${field}.eventId`);
  // the server would make one, another for each try
  if (eventId === '') throw invalidField(`${field}.eventId`, 'is empty');
  requireText(contentType, `${field}.contentType`);
  requireTexts(metadata, `${field}.metadata`);
  const content = encodeContent(event, field);
  return {
    eventId,
    typeRef: encodeTypeRef(type, `${field}.type`),
    ...(content === undefined ? {} : { content }),
    contentType,
    metadata: { ...metadata },
  };
}

/** As the messages of the wire have it. Throws InvalidRequestError naming the field. */
export function encodeTypeRef(
  type: string | number,
  field: string,
): NonNullable<WireEvent['typeRef']> {
  if (typeof type === 'number') {
    if ((type | 0) !== type) throw invalidField(field, 'is not a 32-bit integer');
    return { $case: 'typeCode', value: type };
  }
  requireText(type, field);
  if (type === '') throw invalidField(field, 'is empty');
  return { $case: 'type', value: type };
}

/** Throws InvalidRequestError naming the field. */
export function encodeContent({ data, json, bytes }: Content, field: string): WireEvent['content'] {
  if ([data, json, bytes].filter((part) => part !== undefined).length > 1) {
    throw invalidField(field, 'has more than one of data, json and bytes');
  }
  if (bytes !== undefined) return { $case: 'data', value: bufferOf(bytes, `${field}.bytes`) };
  if (json !== undefined) {
    requireText(json, `${field}.json`);
    return { $case: 'json', value: json };
  }
  return data === undefined ? undefined : { $case: 'json', value: jsonOf(data, `${field}.data`) };
}

function bufferOf(bytes: Uint8Array, field: string): Buffer {
  if (!(bytes instanceof Uint8Array)) throw invalidField(field, 'is not a Uint8Array');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function jsonOf(data: unknown, field: string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(data);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw invalidField(field, `cannot be written as JSON (${why}): give it as json text`);
  }
  if (text === undefined) throw invalidField(field, 'cannot be written as JSON');
  return text;
}
