import { types } from 'cassandra-driver';
import {
  AppError,
  parseTypeCode,
  type EventContent,
  type NewEvent,
  type RecordedEvent,
  type Uuid,
  uuidAt,
} from '../../core/index.js';
import type { Param, Row } from './cql-session.js';

/** A value of a row that is not what its column holds by our own schema. */
function wrongColumn(column: string): AppError {
  return new AppError('STREAM_CORRUPT', `column ${column} holds no valid value`, { column });
}

/** An int column; undefined when it is null. */
export function optionalInt(row: Row, column: string): number | undefined {
  const value: unknown = row.get(column);
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'number') throw wrongColumn(column);
  return value;
}

export function requiredInt(row: Row, column: string): number {
  const value = optionalInt(row, column);
  if (value === undefined) throw wrongColumn(column);
  return value;
}

/** A timestamp column in ms since the epoch; undefined when it is null. */
export function optionalTime(row: Row, column: string): number | undefined {
  const value: unknown = row.get(column);
  if (value === null || value === undefined) return undefined;
  if (!(value instanceof Date)) throw wrongColumn(column);
  return value.getTime();
}

export function requiredTime(row: Row, column: string): number {
  const value = optionalTime(row, column);
  if (value === undefined) throw wrongColumn(column);
  return value;
}

export function optionalUuid(row: Row, column: string): Uuid | undefined {
  const value: unknown = row.get(column);
  if (value === null || value === undefined) return undefined;
  if (!(value instanceof types.Uuid)) throw wrongColumn(column);
  return uuidAt(value.getBuffer());
}

export function requiredUuid(row: Row, column: string): Uuid {
  const value = optionalUuid(row, column);
  if (value === undefined) throw wrongColumn(column);
  return value;
}

export function optionalText(row: Row, column: string): string | undefined {
  const value: unknown = row.get(column);
  return typeof value === 'string' ? value : undefined;
}

/** False for a row of the view that Cassandra has sent without its columns: they come later. */
export function hasContent(row: Row): boolean {
  return (row.get('payload') ?? row.get('data') ?? undefined) !== undefined;
}

function contentOf(row: Row): EventContent {
  const data: unknown = row.get('data');
  return data instanceof Uint8Array
    ? { kind: 'bytes', bytes: new Uint8Array(data) }
    : { kind: 'text', text: optionalText(row, 'payload') ?? '' };
}

/** What the event of a row counts, as `eventBytes` says, before it is decoded. */
export function rowBytes(row: Row): number {
  const data: unknown = row.get('data');
  const content = data instanceof Uint8Array ? data.byteLength : textBytes(row, 'payload');
  return content + textBytes(row, 'metadata') + textBytes(row, 'content_type');
}

function textBytes(row: Row, column: string): number {
  return Buffer.byteLength(optionalText(row, column) ?? '');
}

/** A row of the table, or of a view that has all columns. */
export function recordedEvent(row: Row, stream: Uuid): RecordedEvent {
  const type = parseTypeCode(requiredInt(row, 'type'));
  if (type === undefined) throw wrongColumn('type');
  return {
    stream,
    streamName: optionalText(row, 'stream'),
    version: requiredInt(row, 'version'),
    savetimeMs: requiredTime(row, 'savetime'),
    eventId: optionalUuid(row, 'event_id'),
    type,
    content: contentOf(row),
    contentType: optionalText(row, 'content_type'),
    metadata: optionalText(row, 'metadata'),
  };
}

/** Columns left out are UNSET: a null would be stored as a tombstone. */
function orUnset(value: string | undefined): Param {
  return value ?? types.unset;
}

/** The columns `type` to `stream` of `insertEvent`, in its order. */
export function eventColumns(event: NewEvent, streamName: string | undefined): Param[] {
  const { content } = event;
  return [
    event.type,
    content.kind === 'text' ? content.text : types.unset,
    types.Uuid.fromString(event.eventId),
    content.kind === 'bytes' ? Buffer.from(content.bytes) : types.unset,
    orUnset(event.contentType),
    orUnset(event.metadata),
    orUnset(streamName),
  ];
}

/** A stream id as parameter. */
export function uuidParam(id: Uuid): types.Uuid {
  return types.Uuid.fromString(id);
}

/** No Date lies further from the epoch (ECMA-262, time values). */
const DATE_MAX_MS = 8.64e15;

/** A savetime as parameter; one beyond all dates (a cursor may hold it) becomes the furthest. */
export function timeParam(savetimeMs: number): Date {
  return new Date(Math.min(DATE_MAX_MS, Math.max(-DATE_MAX_MS, savetimeMs)));
}
