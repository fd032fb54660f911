import assert from 'node:assert/strict';
import {
  AppError,
  ContiguityCheck,
  type ErrorCode,
  type NewEvent,
  type RecordedEvent,
  type StreamRef,
} from '../../../src/core/index.js';
import type { AppendOutcome, StreamQuery } from '../../../src/storage/index.js';
import type { Kit } from './kit.js';

type Written = Extract<AppendOutcome, { kind: 'appended' | 'duplicate' }>;

/** Demands that the events were written, now, at these versions. */
export function expectAppended(
  outcome: AppendOutcome | undefined,
  firstVersion: number,
  lastVersion = firstVersion,
): Written {
  return expectWritten(outcome, 'appended', [firstVersion, lastVersion]);
}

function expectWritten(
  outcome: AppendOutcome | undefined,
  kind: Written['kind'],
  [firstVersion, lastVersion]: readonly [number, number],
): Written {
  assert.ok(outcome);
  if (outcome.kind !== 'appended' && outcome.kind !== 'duplicate') assert.fail(describe(outcome));
  assert.deepEqual(
    { kind: outcome.kind, firstVersion: outcome.firstVersion, lastVersion: outcome.lastVersion },
    { kind, firstVersion, lastVersion },
  );
  return outcome;
}

function describe(outcome: AppendOutcome): string {
  const error = 'error' in outcome ? `: ${outcome.error.code} ${outcome.error.message}` : '';
  return `outcome is ${outcome.kind}${error}`;
}

/** Demands the answer of an earlier try. */
export function expectDuplicate(outcome: AppendOutcome | undefined, first: Written): void {
  assert.deepEqual(outcome, { ...first, kind: 'duplicate' });
}

export function expectConflict(outcome: AppendOutcome | undefined, currentVersion: number): void {
  assert.deepEqual(outcome, { kind: 'conflict', currentVersion });
}

export function expectInvalid(outcome: AppendOutcome | undefined, code: ErrorCode): void {
  assert.ok(outcome);
  if (outcome.kind !== 'invalid') assert.fail(describe(outcome));
  assert.equal(outcome.error.code, code);
}

/** For `assert.rejects`: an AppError with that code. */
export function hasCode(code: ErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof AppError && error.code === code;
}

/** All events of a query; every chunk has some, and the versions are contiguous. */
export async function load(
  kit: Kit,
  stream: StreamRef,
  part: Partial<Omit<StreamQuery, 'stream'>> = {},
): Promise<RecordedEvent[]> {
  const direction = part.direction ?? 'forward';
  const { fromVersion, limit } = part;
  const query = { stream: stream.id, direction, fromVersion, limit };
  const events: RecordedEvent[] = [];
  for await (const chunk of kit.backend.eventLog.readStream(query)) {
    assert.ok(chunk.length > 0, 'no empty chunk');
    events.push(...chunk);
  }
  const contiguity = new ContiguityCheck(stream.id, events[0]?.version ?? 1, direction);
  for (const event of events) contiguity.see(event.version);
  return events;
}

/** Demands that `recorded` is `event` at that place. Answers its savetime. */
export function expectRecorded(
  recorded: RecordedEvent | undefined,
  event: NewEvent,
  place: { readonly stream: StreamRef; readonly version: number },
): number {
  assert.ok(recorded, `version ${place.version} is there`);
  const { savetimeMs, ...rest } = recorded;
  const { eventId, type, contentType, metadata } = event;
  const { content, ...head } = rest;
  assert.deepEqual(head, {
    stream: place.stream.id,
    streamName: place.stream.name,
    version: place.version,
    eventId,
    type,
    contentType,
    metadata,
  });
  expectContent(content, event.content);
  assert.ok(Number.isSafeInteger(savetimeMs) && savetimeMs > 1_600_000_000_000, 'ms of our time');
  return savetimeMs;
}

/** Byte arrays may be Buffers or Uint8Arrays: only what they hold counts. */
function expectContent(actual: NewEvent['content'], wanted: NewEvent['content']): void {
  if (actual.kind === 'text' || wanted.kind === 'text') {
    assert.ok(actual.kind === 'text' && wanted.kind === 'text', 'text stays text, bytes bytes');
    assert.ok(actual.text === wanted.text, 'the text is unchanged');
  } else {
    assert.ok(Buffer.from(actual.bytes).equals(wanted.bytes), 'the bytes are unchanged');
  }
}

/** Demands that the stream is made of these events and no others, with savetimes not falling. */
export async function expectStream(
  kit: Kit,
  stream: StreamRef,
  events: readonly NewEvent[],
): Promise<readonly RecordedEvent[]> {
  const loaded = await load(kit, stream);
  assert.equal(loaded.length, events.length, 'number of events in the stream');
  let last = 0;
  events.forEach((event, index) => {
    const savetimeMs = expectRecorded(loaded[index], event, { stream, version: index + 1 });
    assert.ok(savetimeMs >= last, 'savetimes do not fall within a stream');
    last = savetimeMs;
  });
  assert.equal(await kit.currentVersion(stream), events.length);
  return loaded;
}
