import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { exactVersion, NO_STREAM, type NewEvent, type StreamRef } from '../../src/core/index.js';
import { seededRandom } from '../../src/runtime/index.js';
import type { CassandraBackend } from '../../src/backends/cassandra/index.js';
import type { AppendOutcome } from '../../src/storage/index.js';
import { appendOne, load, newStream, textEvent } from './events.js';
import { openFaulty, type FaultyServer } from './faulty-server.js';
import { FAULTS, type Fault } from './faulty-session.js';
import { createKeyspace, freshKeyspace, settingsForTests } from './open-for-tests.js';

const found = await settingsForTests(freshKeyspace());
const skip = 'skip' in found ? found.skip : false;

/** Outcomes that are answers about the stream, as opposed to doubt. */
function isDefinite(outcome: AppendOutcome): boolean {
  return outcome.kind === 'appended' || outcome.kind === 'duplicate' || outcome.kind === 'conflict';
}

describe('doubtful writes', { skip }, () => {
  if ('skip' in found) return;
  const { settings } = found;
  let pending: Fault[] = [];
  let faulty: FaultyServer;

  before(async () => {
    await createKeyspace(settings);
    faulty = await openFaulty(settings, () => pending.shift());
  });
  after(async () => {
    await faulty.backend.close();
  });

  for (const fault of FAULTS) {
    for (const [name, version] of [
      ['a new stream', 0],
      ['an existing stream', 2],
    ] as const) {
      test(`${fault} on ${name} ends truthfully and once`, async () => {
        const { backend, session } = faulty;
        const stream = newStream();
        if (version > 0) {
          const first = [textEvent(1, 'a'), textEvent(1, 'b')];
          await appendOne(backend.eventLog, stream, { expected: NO_STREAM, events: first });
        }
        const events = [textEvent(1, 'c'), textEvent(1, 'd')];
        const append = { expected: exactVersion(version), events };
        pending = [fault];
        const outcome = await appendOne(backend.eventLog, stream, append);
        await session.settled();
        assert.equal(outcome.kind, fault === 'not-sent' ? 'unavailable' : 'appended');
        const again = await appendOne(backend.eventLog, stream, append);
        assert.equal(again.kind, fault === 'not-sent' ? 'appended' : 'duplicate');
        const recorded = await load(backend.eventLog, stream.id);
        assert.deepEqual(
          recorded.slice(version).map((event) => event.eventId),
          events.map((event) => event.eventId),
        );
        if (outcome.kind === 'appended' && again.kind === 'duplicate') {
          assert.deepEqual(again, { ...outcome, kind: 'duplicate' });
          assert.equal(recorded.at(-1)?.savetimeMs, outcome.savetimeMs);
        }
      });
    }
  }

  test('a try that loses its answer to a later writer is found again', async () => {
    const { backend } = faulty;
    const stream = newStream();
    const append = { expected: NO_STREAM, events: [textEvent(1, 'mine')] };
    pending = ['answer-lost'];
    const first = await appendOne(backend.eventLog, stream, append);
    await appendOne(backend.eventLog, stream, { events: [textEvent(1, 'theirs')] });
    const retry = await appendOne(backend.eventLog, stream, append);
    assert.equal(first.kind, 'appended');
    assert.equal(retry.kind, 'duplicate');
  });

  test('a retry that cannot be compared takes no other append of its write with it', async () => {
    const { backend, session } = faulty;
    const stream = newStream();
    const first = { expected: NO_STREAM, events: [textEvent(1, 'first')], freshIds: false };
    await appendOne(backend.eventLog, stream, first);
    const next = { expected: exactVersion(1), events: [textEvent(1, 'next')], freshIds: true };
    const signal = AbortSignal.timeout(10_000);
    session.eventReadsFail = true;
    const answers = await backend.eventLog.append({ stream, appends: [first, next], signal });
    session.eventReadsFail = false;
    const version = await backend.eventLog.currentVersion(stream.id);
    assert.deepEqual(
      answers.map(({ kind }) => kind),
      ['unavailable', 'unavailable'],
    );
    assert.equal(version, 1, 'what is answered unavailable is not written');
    const again = await backend.eventLog.append({ stream, appends: [first, next], signal });
    assert.deepEqual(
      again.map(({ kind }) => kind),
      ['duplicate', 'appended'],
    );
  });

  test('without end of the trouble the answer is unknown, and a retry is definite', async () => {
    const { backend, session } = faulty;
    for (const fault of ['lost', 'answer-lost', 'late', 'unavailable'] as const) {
      const stream = newStream();
      const append = { expected: NO_STREAM, events: [textEvent(1, fault)] };
      pending = Array.from({ length: 10_000 }, () => fault);
      const giveUp = new AbortController();
      const answer = appendOne(backend.eventLog, stream, append, giveUp.signal);
      while (pending.length > 9_998 && fault !== 'answer-lost' && fault !== 'late') {
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (fault === 'lost' || fault === 'unavailable') giveUp.abort();
      const outcome = await answer;
      pending = [];
      await session.settled();
      const expected = fault === 'lost' || fault === 'unavailable' ? 'unknown' : 'appended';
      assert.equal(outcome.kind, expected, fault);
      const retry = await appendOne(backend.eventLog, stream, append);
      assert.ok(isDefinite(retry), `${fault}: ${retry.kind}`);
      assert.equal((await load(backend.eventLog, stream.id)).length, 1, fault);
    }
  });

  test('random faults under concurrency: every answer agrees with the table', async () => {
    const seed = Number(process.env['CASSADRA_TEST_SEED'] ?? Date.now() % 1_000_000);
    const random = seededRandom(seed);
    const chaos = await openFaulty(settings, () =>
      random.next() < 0.3 ? FAULTS[Math.floor(random.next() * FAULTS.length)] : undefined,
    );
    const streams = Array.from({ length: 8 }, newStream);
    const tries = await runTries(chaos.backend, streams, random.next.bind(random));
    await chaos.session.settled();
    const counts = new Map<string, number>();
    for (const { outcome } of tries) {
      counts.set(outcome.kind, (counts.get(outcome.kind) ?? 0) + 1);
    }
    console.log('seed', seed, 'outcomes', counts, 'faults', chaos.session.fired);
    for (const fault of FAULTS) assert.ok((chaos.session.fired.get(fault) ?? 0) > 0, fault);
    for (const one of tries) await checkTry(faulty.backend, one);
    await chaos.backend.close();
  });
});

interface Try {
  readonly stream: StreamRef;
  readonly expected: ReturnType<typeof exactVersion>;
  readonly events: readonly NewEvent[];
  readonly outcome: AppendOutcome;
}

async function runTries(
  backend: CassandraBackend,
  streams: readonly StreamRef[],
  next: () => number,
): Promise<Try[]> {
  const tries: Try[] = [];
  const writer = async (index: number): Promise<void> => {
    for (let turn = 0; turn < 12; turn += 1) {
      const stream = streams[Math.floor(next() * streams.length)];
      if (stream === undefined) return;
      const version = await backend.eventLog.currentVersion(stream.id);
      const expected = next() < 0.6 ? exactVersion(version) : ({ kind: 'any' } as const);
      const events = [textEvent(2, `${index}/${turn}`), textEvent(3, 'x')];
      const signal = AbortSignal.timeout(150 + Math.floor(next() * 1_000));
      const outcome = await appendOne(backend.eventLog, stream, { expected, events }, signal);
      tries.push({ stream, expected, events, outcome });
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, index) => writer(index)));
  return tries;
}

async function checkTry(backend: CassandraBackend, one: Try): Promise<void> {
  const { stream, expected, events, outcome } = one;
  const recorded = await load(backend.eventLog, stream.id);
  const versions = events.map((event) => {
    const places = recorded.filter((there) => there.eventId === event.eventId);
    assert.ok(places.length <= 1, 'an event stands twice');
    return places[0]?.version;
  });
  switch (outcome.kind) {
    case 'appended':
    case 'duplicate':
      assert.deepEqual(versions, [outcome.firstVersion, outcome.lastVersion]);
      return;
    case 'conflict':
      assert.deepEqual(versions, [undefined, undefined]);
      assert.ok(expected.kind === 'exact' || expected.kind === 'no-stream');
      return;
    case 'unavailable':
      assert.deepEqual(versions, [undefined, undefined]);
      return;
    case 'unknown': {
      const retry = await appendOne(backend.eventLog, stream, { expected, events });
      assert.ok(isDefinite(retry), retry.kind);
      const there = versions[0] !== undefined;
      assert.equal(retry.kind === 'duplicate', there);
      return;
    }
    case 'invalid':
      assert.fail(outcome.error.message);
  }
}
