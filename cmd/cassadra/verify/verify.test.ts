import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StoreError, type RecordedEvent } from '../../../src/client/index.js';
import { FakeTime } from '../../../src/runtime/index.js';
import type { VerifiedStore } from './sides.js';
import { Throttle } from './throttle.js';
import { verifyFeed } from './verify.js';

const UNTIL_MS = 1_000_000;
const STREAMS = 40;

function recorded(stream: number, version: number, savetimeMs = version): RecordedEvent {
  const streamId = `00000000-0000-4000-8000-${String(stream).padStart(12, '0')}`;
  return {
    ...{ stream: `s${stream}`, streamId, version, savetimeMs },
    ...{ eventId: `${streamId.slice(0, -4)}${String(version).padStart(4, '0')}` },
    ...{ type: undefined, typeCode: (stream % 3) + 1, contentType: 'application/json' },
    ...{ metadata: {}, json: '{}', bytes: undefined, data: {} },
  };
}

/** A store made of two lists, so that they can be made to differ. */
class FakeStore implements VerifiedStore {
  readonly streams: RecordedEvent[] = [];
  feed: RecordedEvent[] = [];
  corrupt = '';

  constructor() {
    for (let stream = 1; stream <= STREAMS; stream += 1) {
      for (let version = 1; version <= 5; version += 1)
        this.streams.push(recorded(stream, version));
    }
    this.feed = [...this.streams];
  }

  async *listStreams() {
    const names = new Map(this.streams.map(({ stream, streamId }) => [streamId, stream]));
    for (const [streamId, stream] of names) yield { stream, streamId };
  }

  async *read(stream: string) {
    for (const event of this.streams) {
      if (event.stream !== stream) continue;
      if (stream === this.corrupt && event.version === 3) {
        throw new StoreError('STREAM_CORRUPT', 'version 3 is missing');
      }
      yield event;
    }
  }

  async *listTypes() {
    // the third is known from the streams only
    for (const code of [1, 2]) yield { name: undefined, code };
  }

  async poll({ types, cursor = '0', limit = 100 }: Parameters<VerifiedStore['poll']>[0]) {
    const events = this.feed
      .filter(({ typeCode }) => types.includes(typeCode))
      .sort((left, right) => left.savetimeMs - right.savetimeMs);
    const end = Number(cursor) + limit;
    const nextCursor = String(end);
    const page = events.slice(Number(cursor), end);
    return { events: page, nextCursor, caughtUp: end >= events.length };
  }
}

const time = new FakeTime();
const unthrottled = new Throttle(undefined, { clock: time, timers: time });

function verify(store: FakeStore) {
  return verifyFeed({ store, untilMs: UNTIL_MS, throttle: unthrottled }, () => undefined);
}

async function namedOf(store: FakeStore): Promise<string[]> {
  const { differences } = await verify(store);
  return differences.map(({ kind, stream, version }) => `${kind} ${stream} ${version}`).sort();
}

describe('streams against feed', () => {
  test('a sound store has no differences', async () => {
    const found = await verify(new FakeStore());
    const { streams, streamEvents, feedEvents, differences, corrupt, unnamedParts } = found;
    assert.deepEqual([streams, streamEvents, feedEvents], [STREAMS, 200, 200]);
    assert.deepEqual([differences, corrupt, unnamedParts], [[], [], 0]);
  });

  test('events that the feed has lost, twice, otherwise, or from nowhere are named', async () => {
    const store = new FakeStore();
    const there = store.streams[11];
    assert.ok(there !== undefined);
    store.feed = store.feed.filter(({ stream, version }) => stream !== 's7' || version !== 4);
    store.feed.push(there, recorded(50, 1));
    store.feed = store.feed.map((event) =>
      event.stream === 's9' && event.version === 2 ? { ...event, eventId: 'other' } : event,
    );
    assert.deepEqual(await namedOf(store), [
      ...['different s9 2', 'doubled s3 2', 'missing s7 4', 'unfounded s50 1'],
    ]);
  });

  test('what is younger than the limit is not looked at', async () => {
    const store = new FakeStore();
    store.streams.push(recorded(1, 6, UNTIL_MS));
    assert.deepEqual(await namedOf(store), []);
    store.streams.push(recorded(1, 7, UNTIL_MS - 1));
    assert.deepEqual(await namedOf(store), ['missing s1 7']);
  });

  test('what was under way the first time is no difference the second time', async () => {
    const store = new FakeStore();
    const late = recorded(1, 6);
    store.feed.push(late);
    const read = store.read.bind(store);
    let walks = 0;
    store.read = async function* (stream: string) {
      if (stream === 's1' && (walks += 1) === 2) store.streams.push(late);
      yield* read(stream);
    };
    assert.deepEqual(await namedOf(store), []);
    assert.equal(walks, 2);
  });

  test('a stream with holes is told as that, not as many differences', async () => {
    const store = new FakeStore();
    store.corrupt = 's5';
    const { corrupt, differences } = await verify(store);
    assert.deepEqual(
      corrupt.map(({ stream, message }) => [stream.stream, message]),
      [['s5', 'version 3 is missing']],
    );
    assert.deepEqual(differences, []);
  });
});
