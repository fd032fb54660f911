import type { NewEvent } from '../../../src/client/index.js';
import { isJson } from '../../../src/core/index.js';
import type { Ids } from '../../../src/runtime/index.js';
import { FIRST_ALLOCATED_CODE } from '../../../src/storage/index.js';
import type { EventJson } from '../event-json.js';

/**
 * The id that an event of the original system gets: the same at each import, and another one for
 * each place in a stream.
 */
function eventIdOf({ eventId, streamId, version }: EventJson, ids: Ids): string {
  return eventId ?? ids.nameId(String(version), streamId);
}

/** What came by the API storegrpc was never checked: text that is no JSON goes as bytes. */
function contentOf({ json, data }: EventJson): Pick<NewEvent, 'json' | 'bytes'> {
  if (json === undefined) return { bytes: Buffer.from(data ?? '', 'base64') };
  return isJson(json) ? { json } : { bytes: Buffer.from(json) };
}

/** An event of an export as it is appended. Its type goes by name; by code when it has none. */
export function importedEvent(event: EventJson, ids: Ids): NewEvent {
  const { type, typeCode, contentType, metadata } = event;
  return {
    eventId: eventIdOf(event, ids),
    type: type ?? typeCode,
    ...contentOf(event),
    contentType,
    metadata,
  };
}

/** The code that the name of a type is declared with; undefined when a store gave it one. */
export function declaredCode({ type, typeCode }: EventJson): number | undefined {
  return type !== undefined && typeCode < FIRST_ALLOCATED_CODE ? typeCode : undefined;
}
