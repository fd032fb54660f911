import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { testStore } from '../../testing/index.js';
import type { Cassadra } from '../cassadra.js';
import type { ReadOptions } from '../read-stream.js';
import { commandHandler } from './command-handler.js';
import { MemorySnapshots, type Snapshots } from './snapshots.js';
import { StreamSnapshots, type StreamSnapshotsOptions } from './stream-snapshots.js';

const TEST_TIME = { timeout: 20_000 };
const COMMAND = '018f0000-0000-7000-8000-00000000000a';

type Counted = { readonly type: 'Counted'; readonly data: number };

const counter = {
  initialState: (): number => 0,
  evolve: (state: number, { data }: Counted) => state + data,
  decide: (by: number, state: number): Counted => {
    if (state + by > 1_000) throw new RangeError('over 1000');
    return { type: 'Counted', data: by };
  },
};

/** The store, with what is read from the stream `s`. */
function watched(store: Cassadra): { readonly reads: ReadOptions[]; readonly store: Cassadra } {
  const reads: ReadOptions[] = [];
  const read: Cassadra['read'] = (stream, options = {}) => {
    if (stream === 's') reads.push(options);
    return store.read(stream, options);
  };
  const append: Cassadra['append'] = (...args) => store.append(...args);
  return { reads, store: Object.assign(Object.create(store) as Cassadra, { read, append }) };
}

function handlerOn(store: Pick<Cassadra, 'append' | 'read'>, snapshots: Snapshots<number>) {
  return commandHandler({ store, decider: counter, stream: (id: string) => id, snapshots });
}

function number(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new TypeError('no number');
}

const KINDS: readonly (readonly [string, (store: Cassadra) => Snapshots<number>])[] = [
  ['memory', () => new MemorySnapshots<number>()],
  ['a stream', (store) => new StreamSnapshots(store, { decode: number, everyEvents: 1 })],
];

for (const [kind, open] of KINDS) {
  describe(`snapshots in ${kind}`, TEST_TIME, () => {
    test('only what came since is read', async () => {
      const raw = testStore();
      const { reads, store } = watched(raw);
      const handler = handlerOn(store, open(raw));
      for (const by of [1, 2, 3]) await handler.handle('s', by);
      await raw.append('s', { type: 'Counted', data: 4 });
      reads.length = 0;
      const { state, version } = await handler.handle('s', 5);
      assert.deepEqual([state, version], [15, 5]);
      assert.deepEqual(reads, [{ from: 3, limit: 1 }, { from: 4 }]);
    });

    test('one of another history is not used, and forgotten', async () => {
      const [old, restored] = [testStore(), testStore({ seed: 2 })];
      const snapshots = open(old);
      await handlerOn(old, snapshots).handle('s', 100);
      await handlerOn(old, snapshots).handle('s', 100);
      await restored.append(
        's',
        [1, 2].map((data) => ({ type: 'Counted', data })),
      );
      const { state, version } = await handlerOn(restored, snapshots).handle('s', 3);
      assert.deepEqual([state, version], [6, 3]);
      const shorter = testStore({ seed: 3 });
      assert.equal((await handlerOn(shorter, snapshots).load('s')).state, 0);
      assert.equal(await snapshots.load('s'), undefined);
    });

    test('a command that came before the snapshot is found', async () => {
      const store = testStore();
      const handler = handlerOn(store, open(store));
      await handler.handle('s', 600, { commandId: COMMAND });
      await handler.handle('s', 1);
      const again = await handler.handle('s', 600, { commandId: COMMAND });
      assert.deepEqual([again.repeated, again.state, again.version], [true, 601, 2]);
    });
  });
}

describe('snapshots', TEST_TIME, () => {
  test('that fail cost time only', async () => {
    const fail = (): never => {
      throw new Error('no snapshots today');
    };
    const broken = { load: fail, save: fail, discard: fail };
    const store = testStore();
    const handler = handlerOn(store, broken);
    await handler.handle('s', 1);
    assert.equal((await handler.handle('s', 2)).state, 3);
    const wrong = { version: 1, eventId: COMMAND, state: 7 };
    const other = handlerOn(store, { ...broken, load: async () => wrong });
    assert.equal((await other.load('s')).state, 3);
  });

  test('in memory: of the streams used last, and never an older one', async () => {
    const snapshots = new MemorySnapshots<number>({ streamsMax: 2 });
    const at = (version: number) => ({ version, eventId: COMMAND, state: version });
    await snapshots.save('a', at(1));
    await snapshots.save('b', at(1));
    await snapshots.load('a');
    await snapshots.save('c', at(1));
    assert.equal(await snapshots.load('b'), undefined);
    await snapshots.save('a', at(3));
    await snapshots.save('a', at(2));
    assert.equal((await snapshots.load('a'))?.version, 3);
  });
});

describe('snapshots in a stream', TEST_TIME, () => {
  const snapshot = { version: 100, eventId: COMMAND, state: 7 };
  const open = (store: Cassadra, options: Partial<StreamSnapshotsOptions<number>> = {}) =>
    new StreamSnapshots<number>(store, { decode: number, ...options });

  test('come back in another process, as they were encoded', async () => {
    const store = testStore();
    const coded = {
      encode: (state: number) => ({ state }),
      decode: (value: unknown) => z.object({ state: z.number() }).parse(value).state,
    };
    await open(store, coded).save('s', snapshot);
    assert.deepEqual(await open(store, coded).load('s'), snapshot);
    assert.equal((await store.getStream('$snapshot-s')).currentVersion, 1);
  });

  test('are kept every so many events', async () => {
    const store = testStore();
    const snapshots = open(store, { everyEvents: 10, stream: () => 'kept' });
    const versions = [9, 10, 19, 20, 21].map((version) => ({ ...snapshot, version }));
    for (const each of versions) await snapshots.save('s', each);
    assert.equal((await store.getStream('kept')).currentVersion, 2);
    const other = open(store, { everyEvents: 10, stream: () => 'kept' });
    assert.equal((await other.load('s'))?.version, 20);
    await other.save('s', { ...snapshot, version: 29 });
    assert.equal((await store.getStream('kept')).currentVersion, 2);
  });

  test('of another schema, or that cannot be read, are not there', async () => {
    const store = testStore();
    await open(store).save('s', snapshot);
    assert.equal(await open(store, { schemaVersion: 2 }).load('s'), undefined);
    const data = { schemaVersion: 1, ...snapshot };
    const broken = [null, 7, {}, { ...data, state: 'x' }, { ...data, version: 1.5 }];
    for (const each of [...broken, { ...data, version: 0 }, { ...data, eventId: 7 }]) {
      await store.append('$snapshot-s', { type: '$snapshot', data: each });
      assert.equal(await open(store).load('s'), undefined, JSON.stringify(each));
    }
  });
});
