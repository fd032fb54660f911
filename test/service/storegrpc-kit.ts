import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { StoregrpcClient, VersionConflictError } from '../../src/client/index.js';
import type { Backend } from '../../src/storage/index.js';
import { serve, type StoreUnderTest } from '../wire/store-under-test.js';
import { readBesideWriters } from './live-feed.js';

export interface StoregrpcUnderTest {
  readonly name: string;
  /** One backend for each server that the clients are spread over. */
  readonly open: () => Promise<{ readonly backends: readonly Backend[]; remove(): Promise<void> }>;
  /** Size of the run with a poller beside writers. */
  readonly feedEvents: number;
  readonly raceWins: number;
}

/** Everything that `storegrpc` promises, on any backend, through a real socket. */
export function exerciseStoregrpc({ name, open, feedEvents, raceWins }: StoregrpcUnderTest): void {
  describe(`storegrpc on ${name}`, () => {
    let stores: StoreUnderTest[];
    let clients: StoregrpcClient[];
    let client: StoregrpcClient;
    let closeAll: () => Promise<void>;

    before(async () => {
      const opened = await open();
      stores = await Promise.all(opened.backends.map((backend) => serve(() => backend)));
      clients = [0, 1, 2].map((index) => {
        const { port = 0 } = stores[index % stores.length] ?? {};
        return new StoregrpcClient({ host: '127.0.0.1', port, timeoutMs: 20_000 });
      });
      client = clients[0] ?? assert.fail();
      closeAll = async () => {
        for (const each of clients) each.close();
        await Promise.all(stores.map((store) => store.stop()));
        await opened.remove();
      };
    });

    after(() => closeAll());

    const write = (id: string, version: number, ...payloads: string[]): Promise<void> =>
      client.update({ id, version, events: payloads.map((payload) => ({ type: 1, payload })) });

    const payloadsOf = async (id: string): Promise<string[]> =>
      (await client.findById(id)).events.map((event) => event.payload);

    test('a stream grows at its expected version only, and is read in order', async () => {
      const id = randomUUID();
      assert.deepEqual(await client.findById(id), { events: [], latestMs: 0 });
      await write(id, 0, 'a');
      await write(id, 1, 'b', 'c');
      for (const version of [0, 1, 2, 4]) {
        await assert.rejects(write(id, version, 'x'), (error) => {
          assert.ok(error instanceof VersionConflictError);
          assert.deepEqual([error.message, error.currentVersion], ['optimistic locking failed', 3]);
          return true;
        });
      }
      assert.deepEqual(await payloadsOf(id), ['a', 'b', 'c']);
      const { events, latestMs } = await client.findById(id.toUpperCase());
      assert.equal(latestMs, events.at(-1)?.savetimeMs);
      assert.ok(events.every((event) => event.id === id));
    });

    test('a reader sees what was acknowledged before it asked', async () => {
      for (let round = 0; round < 10; round += 1) {
        const id = randomUUID();
        await client.update({ id, version: 0, events: [{ type: 61, payload: id }] });
        const { latestMs } = await client.findById(id);
        for (const reader of clients) {
          const query = { type: 61, sinceMs: latestMs - 1, batchSize: 100 };
          const page = await reader.findByType(query);
          assert.ok(page.events.some((event) => event.id === id));
        }
      }
    });

    test('64 writers race: one wins each version, the others learn the true one', async () => {
      const id = randomUUID();
      const winners = new Map<number, string>();
      let conflicts = 0;
      const race = async (writer: number): Promise<void> => {
        let version = 0;
        for (let won = 0; won < raceWins; ) {
          const payload = `${writer}/${won}`;
          try {
            const racer = clients[writer % clients.length] ?? client;
            await racer.update({ id, version, events: [{ type: 1, payload }] });
            version += 1;
            assert.equal(winners.get(version), undefined, `version ${version} was won twice`);
            winners.set(version, payload);
            won += 1;
          } catch (error) {
            if (!(error instanceof VersionConflictError)) throw error;
            const current = error.currentVersion ?? -1;
            assert.ok(current > version, `the conflict names ${current}, tried at ${version}`);
            version = current;
            conflicts += 1;
          }
        }
      };
      await Promise.all(Array.from({ length: 64 }, (_, writer) => race(writer)));
      const total = 64 * raceWins;
      const expected = Array.from({ length: total }, (_, index) => winners.get(index + 1));
      assert.deepEqual(await payloadsOf(id), expected);
      assert.ok(conflicts > 0, 'they did race');
    });

    test('retries with one append id, also at once, write once', async () => {
      const id = randomUUID();
      const appendId = randomUUID();
      const events = ['a', 'b'].map((payload) => ({ type: 1, payload }));
      const call = { id, version: 0, events, appendId };
      await Promise.all(clients.map((each) => each.update(call)));
      await write(id, 2, 'c');
      await client.update(call);
      assert.deepEqual(await payloadsOf(id), ['a', 'b', 'c']);
    });

    test('at rest, pages of 1, 100 and 10,000 hold every event once', async () => {
      const burst = Array.from({ length: 500 }, (_, index) => ({ type: 63, payload: `b${index}` }));
      await client.update({ id: randomUUID(), version: 0, events: burst });
      for (let single = 0; single < 150; single += 1) {
        const events = [{ type: 63, payload: `s${single}` }];
        await client.update({ id: randomUUID(), version: 0, events });
      }
      for (const batchSize of [1, 100, 10_000]) {
        const seen: string[] = [];
        const perMillisecond = new Map<number, number>();
        for (let sinceMs = 0; ; ) {
          const page = await client.findByType({ type: 63, sinceMs, batchSize });
          if (page.events.length === 0) break;
          for (const { payload, savetimeMs } of page.events) {
            seen.push(payload);
            perMillisecond.set(savetimeMs, (perMillisecond.get(savetimeMs) ?? 0) + 1);
          }
          sinceMs = page.latestMs;
        }
        assert.equal(seen.length, 650);
        assert.equal(new Set(seen).size, 650);
        assert.ok(Math.max(...perMillisecond.values()) >= 500);
      }
    });

    test(`a poller beside 8 writers sees ${feedEvents} events exactly once`, async () => {
      const feed = { type: 62, writers: 8, events: feedEvents, batchSize: 100 };
      const [first = client, second = client, reader = client] = clients;
      const { written, lost, doubled } = await readBesideWriters([first, second], reader, feed);
      assert.equal(written, feedEvents);
      assert.deepEqual([lost, doubled], [[], []]);
    });
  });
}
