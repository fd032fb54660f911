import { randomUUID } from 'node:crypto';
import {
  ANY_VERSION,
  FEED_START,
  parseTypeCode,
  requireUuid,
  type ExpectedVersion,
  type FeedCursor,
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

/** Reads one type, as a subscriber does, until `finished` and nothing is left. */
export async function follow(
  backend: Backend,
  type: TypeCode,
  options: {
    readonly limit: number;
    readonly boundary: 'event' | 'millisecond';
    /** True once no more appends will come. */
    readonly finished: () => boolean;
  },
): Promise<RecordedEvent[]> {
  const { limit, boundary, finished } = options;
  const seen: RecordedEvent[] = [];
  let after: FeedCursor = FEED_START;
  for (;;) {
    const last = finished();
    const query = { types: [type], after, limit, boundary, bytesMax: 3 * 1_048_576 };
    const page = await backend.eventLog.readByType(query);
    seen.push(...page.events);
    const newest = page.events.at(-1);
    if (newest === undefined && last) return seen;
    if (newest === undefined) continue;
    // What a client of the seed's API can do: hand back the last savetime it saw.
    after = boundary === 'event' ? page.next : { kind: 'savetime', savetimeMs: newest.savetimeMs };
  }
}
