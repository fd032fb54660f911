import {
  decodeMetadata,
  encodeSubscriptionCursor,
  type RecordedEvent,
  type TypeCode,
} from '../../core/index.js';
import type {
  AppendResponse,
  GetStreamResponse,
  RecordedEvent as WireEvent,
  SubscribeResponse,
} from '../../gen/cassadra/v1/event_store.js';
import type { AppendResult, StreamState, SubscriptionMessage } from '../../service/index.js';
import { CONTENT_TYPES } from './content-types.js';
import { chunksWithin, RESPONSE_BYTES_MAX } from './event-bytes.js';

/** The names of types that have one. */
export type TypeNames = ReadonlyMap<TypeCode, string>;

export function encodeAppended(result: AppendResult): AppendResponse {
  const { firstVersion, lastVersion, savetimeMs, duplicate } = result;
  return { firstVersion, lastVersion, savetimeMs: BigInt(savetimeMs), duplicate };
}

export function encodeState(state: StreamState): GetStreamResponse {
  const { id, name, currentVersion, firstSavetimeMs, lastSavetimeMs } = state;
  return {
    stream: name ?? id,
    streamId: id,
    currentVersion,
    ...(firstSavetimeMs !== undefined && { firstSavetimeMs: BigInt(firstSavetimeMs) }),
    ...(lastSavetimeMs !== undefined && { lastSavetimeMs: BigInt(lastSavetimeMs) }),
  };
}

/** The types of events, each once. */
export function typesOf(events: readonly RecordedEvent[]): readonly TypeCode[] {
  return [...new Set(events.map((event) => event.type))];
}

export function encodeEvent(event: RecordedEvent, names: TypeNames): WireEvent {
  const { content, stream } = event;
  const kind = content.kind === 'text' ? 'json' : 'bytes';
  return {
    stream: event.streamName ?? stream,
    streamId: stream,
    version: event.version,
    savetimeMs: BigInt(event.savetimeMs),
    eventId: event.eventId ?? '',
    type: names.get(event.type) ?? '',
    typeCode: event.type,
    content:
      content.kind === 'text'
        ? { $case: 'json', value: content.text }
        : { $case: 'data', value: bufferOf(content.bytes) },
    contentType: event.contentType ?? CONTENT_TYPES[kind],
    metadata: Object.fromEntries(decodeMetadata(event.metadata)),
  };
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The responses for one message: more than one where a response cannot hold all of its events. */
export function* encodeMessage(
  message: SubscriptionMessage,
  names: TypeNames,
): Generator<SubscribeResponse> {
  const cursor = message.cursor === undefined ? '' : encodeSubscriptionCursor(message.cursor);
  switch (message.kind) {
    case 'caught-up':
      yield { message: { $case: 'caughtUp', value: {} }, cursor };
      return;
    case 'checkpoint':
      yield { message: { $case: 'checkpoint', value: {} }, cursor };
      return;
    case 'events': {
      let left = message.events.length;
      const events = message.events.map((event) => encodeEvent(event, names));
      for (const chunk of chunksWithin(events, RESPONSE_BYTES_MAX)) {
        left -= chunk.length;
        // handled only when all of them are
        const reached = left === 0 ? cursor : '';
        yield { message: { $case: 'events', value: { events: chunk } }, cursor: reached };
      }
    }
  }
}
