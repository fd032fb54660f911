import {
  eventBytes,
  invalidField,
  parseTypeCode,
  requireTypeName,
  requireUuid,
  textBytes,
  validateAppend,
  withTrace,
  type Limits,
  type NewEvent,
  type StreamAppend,
  type TraceOrigin,
  type TypeCode,
} from '../core/index.js';
import type { Ids } from '../runtime/index.js';
import type { AppendCommand, EventDraft } from './requests.js';

/** Stands for the code of a named type until the code is looked up. */
const UNNAMED = parseTypeCode(0);

function newEvent(draft: EventDraft, ids: Ids, code: TypeCode | undefined): NewEvent {
  const type = code ?? (typeof draft.type === 'string' ? UNNAMED : draft.type);
  if (type === undefined) throw new TypeError('no type');
  return {
    eventId: draft.eventId ?? requireUuid(ids.newId()),
    type,
    content: draft.content,
    contentType: draft.contentType,
    metadata: draft.metadata,
  };
}

/** The names of types in the command; each is checked. */
export function typeNames(command: AppendCommand, limits: Limits): string[] {
  const names: string[] = [];
  command.events.forEach(({ type }, index) => {
    if (typeof type !== 'string') return;
    requireTypeName(`events[${index}].type`, type, limits);
    names.push(type);
  });
  return names;
}

/**
 * A valid append, but for the codes of named types unless `codes` has one for each event. Throws
 * for everything that is not allowed.
 */
export function buildAppend(
  command: AppendCommand,
  limits: Limits,
  ids: Ids,
  codes?: readonly TypeCode[],
): StreamAppend {
  const { expected, events, trace } = command;
  let given = 0;
  const built = events.map((draft, index) => {
    if (draft.eventId !== undefined) given += 1;
    return newEvent(draft, ids, codes?.[index]);
  });
  const append = { expected, events: built, freshIds: given === 0 };
  const bytes = validateAppend(append, limits);
  if (given > 0 && given < events.length) {
    throw invalidField('event_id', 'must be given for every event of an append, or for none');
  }
  return trace === undefined ? { ...append, bytes } : withTraces(append, trace, limits);
}

/** The trace is left out where the append would be too large with it: it is worth no refusal. */
function withTraces(append: StreamAppend, trace: TraceOrigin, limits: Limits): StreamAppend {
  const events = append.events.map((event) => {
    const metadata = withTrace(event.metadata, trace);
    return textBytes(metadata) <= limits.metadataBytesMax ? { ...event, metadata } : event;
  });
  const bytes = events.reduce((sum, event) => sum + eventBytes(event), 0);
  return bytes <= limits.appendBytesMax ? { ...append, events } : append;
}

/** The append with the codes that its named types have. */
export function withTypeCodes(
  append: StreamAppend,
  command: AppendCommand,
  codes: ReadonlyMap<string, TypeCode>,
): StreamAppend {
  const events = append.events.map((event, index) => {
    const name = command.events[index]?.type;
    const type = typeof name === 'string' ? codes.get(name) : event.type;
    return { ...event, type: type ?? event.type };
  });
  return { ...append, events };
}
