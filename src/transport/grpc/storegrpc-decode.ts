import type { Metadata } from '@grpc/grpc-js';
import {
  exactVersion,
  FEED_START,
  invalidField,
  parseTypeCode,
  parseUuid,
  requireUuid,
  type Limits,
  type TypeCode,
  type Uuid,
} from '../../core/index.js';
import type {
  FindByTypeRequest,
  UpdateRequest,
  UpdateRequest_Event,
} from '../../gen/storegrpc/grpc-store.js';
import type { Ids } from '../../runtime/index.js';
import {
  ANSWER_BYTES_MAX,
  type AppendCommand,
  type EventDraft,
  type TypeRead,
} from '../../service/index.js';

/** Request metadata that makes Update safe to retry: a UUID. */
export const APPEND_ID_KEY = 'cassadra-append-id';

const BATCH_SIZE_DEFAULT = 1_000;

/** The last moment that a Date can hold. */
const SINCE_MS_MAX = 8_640_000_000_000_000;

/** The stream of a request. */
export function decodeId(id: string): Uuid {
  const uuid = parseUuid(id);
  if (uuid === undefined) throw invalidField('id', 'must be a UUID of 36 characters');
  return uuid;
}

function decodeType(type: number, field: string): TypeCode {
  const code = parseTypeCode(type);
  if (code === undefined) throw invalidField(field, 'must be an int32');
  return code;
}

function decodeAppendId(metadata: Metadata): Uuid | undefined {
  const [first, ...others] = metadata.get(APPEND_ID_KEY);
  if (first === undefined) return undefined;
  const id = typeof first === 'string' && others.length === 0 ? parseUuid(first) : undefined;
  if (id === undefined) throw invalidField(APPEND_ID_KEY, 'must be one UUID');
  return id;
}

/** An Update. With an append id, event n has the id UUIDv5(append id, n), counted from 0. */
export function decodeUpdate(request: UpdateRequest, metadata: Metadata, ids: Ids): AppendCommand {
  const appendId = decodeAppendId(metadata);
  const decodeEvent = (event: UpdateRequest_Event, index: number): EventDraft => {
    const draft: EventDraft = {
      type: decodeType(event.type, `events[${index}].type`),
      content: { kind: 'text', text: event.payload },
    };
    if (appendId === undefined) return draft;
    return { ...draft, eventId: requireUuid(ids.nameId(String(index), appendId)) };
  };
  return {
    stream: decodeId(request.id),
    expected: exactVersion(request.version),
    events: request.events.map(decodeEvent),
  };
}

/** A page by type: whole milliseconds, later than `since`. */
export function decodeFindByType(request: FindByTypeRequest, limits: Limits): TypeRead {
  const wanted = request.batchSize <= 0 ? BATCH_SIZE_DEFAULT : request.batchSize;
  const sinceMs = Math.min(Number(request.since), SINCE_MS_MAX);
  return {
    types: [decodeType(request.type, 'type')],
    after: sinceMs <= 0 ? FEED_START : { kind: 'savetime', savetimeMs: sinceMs },
    limit: Math.min(wanted, limits.pageEventsMax),
    bytesMax: ANSWER_BYTES_MAX,
    boundary: 'millisecond',
  };
}
