import { randomUUID } from 'node:crypto';
import {
  ANY_VERSION,
  parseTypeCode,
  requireUuid,
  type ExpectedVersion,
  type NewEvent,
  type RecordedEvent,
  type StreamAppend,
  type StreamRef,
  type TypeCode,
  type Uuid,
} from '../../src/core/index.js';
import type { AppendOutcome, Backend, EventLog } from '../../src/storage/index.js';

export function typeCode(code: number): TypeCode {
  const parsed = parseTypeCode(code);
  if (parsed === undefined) throw new RangeError(`not an int32: ${code}`);
  return parsed;
}

export function newStream(): StreamRef {
  return { id: requireUuid(randomUUID()), name: undefined };
}

export function textEvent(type: number, text: string): NewEvent {
  return {
    eventId: requireUuid(randomUUID()),
    type: typeCode(type),
    content: { kind: 'text', text },
    contentType: undefined,
    metadata: undefined,
  };
}

export function textOf(event: RecordedEvent): string {
  return event.content.kind === 'text' ? event.content.text : '';
}

/** One append, as a service would send it. */
export async function appendOne(
  log: EventLog,
  stream: StreamRef,
  append: Partial<StreamAppend> & Pick<StreamAppend, 'events'>,
  signal: AbortSignal = AbortSignal.timeout(30_000),
): Promise<AppendOutcome> {
  const expected: ExpectedVersion = append.expected ?? ANY_VERSION;
  const whole: StreamAppend = { freshIds: false, ...append, expected };
  const [outcome] = await log.append({ stream, appends: [whole], signal });
  if (outcome === undefined) throw new Error('an append without an outcome');
  return outcome;
}

export async function load(log: EventLog, stream: Uuid): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  const query = { stream, direction: 'forward', fromVersion: undefined, limit: undefined } as const;
  for await (const chunk of log.readStream(query)) events.push(...chunk);
  return events;
}

/** Reads one type through the cursor until `done`, as a subscriber does. */
export async function follow(
  backend: Backend,
  type: TypeCode,
  options: {
    readonly limit: number;
    readonly boundary: 'event' | 'millisecond';
    readonly done: (events: readonly RecordedEvent[]) => boolean;
    readonly timeoutMs: number;
  },
): Promise<RecordedEvent[]> {
  const seen: RecordedEvent[] = [];
  const giveUp = AbortSignal.timeout(options.timeoutMs);
  let after: Parameters<EventLog['readByType']>[0]['after'] = { kind: 'start' };
  while (!options.done(seen)) {
    if (giveUp.aborted) throw new Error(`only ${seen.length} events after ${options.timeoutMs} ms`);
    const { limit, boundary } = options;
    const page = await backend.eventLog.readByType({
      type,
      after,
      limit,
      boundary,
      bytesMax: 3 * 1_048_576,
    });
    seen.push(...page.events);
    const last = page.events.at(-1);
    if (last === undefined) continue;
    // What a client of the seed's API can do: hand back the last savetime it saw.
    after =
      boundary === 'event' ? page.next : { kind: 'savetime', savetimeMs: last.savetimeMs };
  }
  return seen;
}
