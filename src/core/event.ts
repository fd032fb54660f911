import { sameMetadata } from './trace-metadata.js';
import type { Uuid } from './uuid.js';

/** An int32 that stands for an event type in storage and in the seed's API. */
export type TypeCode = number & { readonly __brand: 'TypeCode' };

export const INT32_MAX = 2_147_483_647;
export const INT32_MIN = -2_147_483_648;

function isInt32(value: number): value is TypeCode {
  return Number.isInteger(value) && value >= INT32_MIN && value <= INT32_MAX;
}

/** Undefined when the number is not an int32. */
export function parseTypeCode(value: number): TypeCode | undefined {
  return isInt32(value) ? value : undefined;
}

/** What an event carries: text (the seed's `payload`) or bytes. Never parsed by the store. */
export type EventContent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** An event to append. `metadata` is JSON text; `contentType` a media type. */
export interface NewEvent {
  readonly eventId: Uuid;
  readonly type: TypeCode;
  readonly content: EventContent;
  readonly contentType: string | undefined;
  readonly metadata: string | undefined;
}

/**
 * An event as it was written. `eventId` is undefined on rows of the original Go server,
 * which knows no event ids.
 */
export interface RecordedEvent {
  readonly stream: Uuid;
  readonly streamName: string | undefined;
  readonly version: number;
  readonly savetimeMs: number;
  readonly eventId: Uuid | undefined;
  readonly type: TypeCode;
  readonly content: EventContent;
  readonly contentType: string | undefined;
  readonly metadata: string | undefined;
}

/** Size of a text in UTF-8, in bytes. */
export function textBytes(text: string | undefined): number {
  return text === undefined ? 0 : Buffer.byteLength(text);
}

/** Size of a content, in bytes. */
export function contentBytes(content: EventContent): number {
  return content.kind === 'text' ? Buffer.byteLength(content.text) : content.bytes.byteLength;
}

/** What an event counts towards the size of an append or a page, in bytes. */
export function eventBytes(event: NewEvent | RecordedEvent): number {
  return contentBytes(event.content) + textBytes(event.metadata) + textBytes(event.contentType);
}

function sameContent(left: EventContent, right: EventContent): boolean {
  if (left.kind === 'text') return right.kind === 'text' && left.text === right.text;
  if (right.kind === 'text' || left.bytes.byteLength !== right.bytes.byteLength) return false;
  return left.bytes.every((byte, index) => byte === right.bytes[index]);
}

type Comparable = Pick<NewEvent, 'type' | 'content' | 'contentType' | 'metadata'>;

/** Whether two events say the same: type, payload, content type and metadata but for its trace. */
export function sameEvent(left: Comparable, right: Comparable): boolean {
  return (
    left.type === right.type &&
    left.contentType === right.contentType &&
    sameContent(left.content, right.content) &&
    sameMetadata(left.metadata, right.metadata)
  );
}
