import {
  decodeMetadata,
  encodeMetadata,
  isJson,
  parseTypeCode,
  requireUuid,
  type EventContent,
  type NewEvent,
  type RecordedEvent,
} from '../../../src/core/index.js';
import type * as client from '../../../src/client/index.js';

/**
 * Events of the port as the v1 API can carry them, and back. The port takes any text, media type
 * and metadata; the API wants JSON and a map, and does not keep the default media types. What it
 * would not tell apart is put into words that it does, one to one.
 */

/** Stands before media types that the API would take for none. */
const ESCAPE = 'kit;';
/** The key of metadata that is no map. */
const WHOLE = 'kit';

export function toClientEvent(event: NewEvent): client.NewEvent {
  const { eventId, type, content, contentType, metadata } = event;
  return {
    eventId,
    type,
    ...(content.kind === 'text' ? { json: jsonOf(content.text) } : { bytes: content.bytes }),
    ...(contentType !== undefined && { contentType: wireContentType(contentType) }),
    ...(metadata !== undefined && { metadata: mapOf(metadata) }),
  };
}

export function toPortEvent(event: client.RecordedEvent): RecordedEvent {
  const type = parseTypeCode(event.typeCode);
  if (type === undefined) throw new TypeError(`${event.typeCode} is no code`);
  return {
    stream: requireUuid(event.streamId),
    streamName: event.stream === event.streamId ? undefined : event.stream,
    version: event.version,
    savetimeMs: event.savetimeMs,
    eventId: event.eventId === undefined ? undefined : requireUuid(event.eventId),
    type,
    content: contentOf(event),
    contentType: portContentType(event),
    metadata: metadataOf(event.metadata),
  };
}

/** JSON but literals goes as it is; all other texts as literals. */
function jsonOf(text: string): string {
  return !text.startsWith('"') && isJson(text) ? text : JSON.stringify(text);
}

function contentOf({ json, bytes }: client.RecordedEvent): EventContent {
  if (json === undefined) return { kind: 'bytes', bytes: bytes ?? new Uint8Array() };
  return { kind: 'text', text: json.startsWith('"') ? String(JSON.parse(json)) : json };
}

function wireContentType(contentType: string): string {
  const said = contentType.includes('/') && !/^application\/(json|octet-stream)$/.test(contentType);
  return said ? contentType : ESCAPE + contentType;
}

function portContentType({ contentType, json }: client.RecordedEvent): string | undefined {
  if (contentType.startsWith(ESCAPE)) return contentType.slice(ESCAPE.length);
  const byItself = json === undefined ? 'application/octet-stream' : 'application/json';
  return contentType === byItself ? undefined : contentType;
}

function mapOf(metadata: string): Record<string, string> {
  const map = decodeMetadata(metadata);
  const isMap = !map.has('') && !map.has(WHOLE) && encodeMetadata(map) === metadata;
  return isMap ? Object.fromEntries(map) : { [WHOLE]: metadata };
}

function metadataOf(map: Readonly<Record<string, string>>): string | undefined {
  return map[WHOLE] ?? encodeMetadata(new Map(Object.entries(map)));
}
