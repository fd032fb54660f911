import {
  contentBytes,
  INT32_MAX,
  invalidField,
  mayExceed,
  parseTypeCode,
  parseUuid,
  requireWithin,
  type EventContent,
  type Limits,
  type TraceOrigin,
  type TypeCode,
  type Uuid,
} from '../../core/index.js';
import {
  ReadDirection,
  type AppendRequest,
  type DeclareTypeRequest,
  type NewEvent,
  type ReadStreamRequest,
} from '../../gen/cassadra/v1/event_store.js';
import type { AppendCommand, EventDraft, StreamRead } from '../../service/index.js';
import { decodeExpected, decodeTypeRef } from './append-fields.js';
import { decodeContentType } from './content-types.js';
import { decodeEnum } from './decode-enum.js';
import { requireJson } from './json-field.js';
import { decodeMetadataField } from './metadata-field.js';

const DIRECTIONS: ReadonlyMap<number, 'forward' | 'backward'> = new Map([
  [ReadDirection.READ_DIRECTION_UNSPECIFIED, 'forward'],
  [ReadDirection.READ_DIRECTION_FORWARD, 'forward'],
  [ReadDirection.READ_DIRECTION_BACKWARD, 'backward'],
]);

/** An append of one stream. Throws INVALID_ARGUMENT and LIMIT_EXCEEDED. */
export function decodeAppend(
  request: AppendRequest,
  limits: Limits,
  trace?: TraceOrigin,
): AppendCommand {
  const { stream, expectedVersion, events } = request;
  if (events.length === 0) throw invalidField('events', 'must not be empty');
  requireWithin('events', events.length, limits.appendEventsMax);
  if (expectedVersion !== undefined && expectedVersion < 0) {
    throw invalidField('expected_version', 'must not be negative');
  }
  requireWithin('expected_version', expectedVersion ?? 0, INT32_MAX - events.length);
  return {
    stream,
    expected: decodeExpected('', request),
    events: events.map((event, index) => decodeEvent(`events[${index}].`, event, limits)),
    trace,
  };
}

function decodeEvent(prefix: string, event: NewEvent, limits: Limits): EventDraft {
  const eventId = decodeEventId(prefix, event.eventId);
  const type = decodeTypeRef(prefix, event.typeRef);
  const content = decodeContent(prefix, event.content, limits);
  const kind = content.kind === 'text' ? 'json' : 'bytes';
  const contentType = decodeContentType(kind, event.contentType);
  const metadata = decodeMetadataField(`${prefix}metadata`, event.metadata);
  return { type, content, eventId, contentType, metadata };
}

function decodeEventId(prefix: string, text: string): Uuid | undefined {
  if (text === '') return undefined;
  const id = parseUuid(text);
  if (id === undefined) throw invalidField(`${prefix}event_id`, 'must be a UUID of 36 characters');
  return id;
}

function decodeContent(prefix: string, wire: NewEvent['content'], limits: Limits): EventContent {
  if (wire === undefined) return { kind: 'bytes', bytes: new Uint8Array() };
  const content: EventContent =
    wire.$case === 'json'
      ? { kind: 'text', text: wire.value }
      : { kind: 'bytes', bytes: wire.value };
  const field = prefix + wire.$case;
  if (mayExceed(content, limits.payloadBytesMax)) {
    requireWithin(field, contentBytes(content), limits.payloadBytesMax, 'bytes');
  }
  if (content.kind === 'text') requireJson(field, content.text);
  return content;
}

/** Which events of a stream. Throws INVALID_ARGUMENT. */
export function decodeReadStream(request: ReadStreamRequest): StreamRead {
  const { stream, direction, fromVersion, limit } = request;
  if (fromVersion !== undefined && fromVersion < 1) {
    throw invalidField('from_version', 'must be at least 1');
  }
  if (limit < 0) throw invalidField('limit', 'must not be negative');
  return {
    stream,
    direction: decodeEnum('direction', direction, DIRECTIONS, ReadDirection),
    ...(fromVersion !== undefined && { fromVersion }),
    ...(limit > 0 && { limit }),
  };
}

/** The code of a declaration. Throws INVALID_ARGUMENT when it is missing: 0 is a code, too. */
export function decodeCode({ code }: DeclareTypeRequest): TypeCode {
  const known = code === undefined ? undefined : parseTypeCode(code);
  if (known === undefined) throw invalidField('code', 'is required');
  return known;
}
