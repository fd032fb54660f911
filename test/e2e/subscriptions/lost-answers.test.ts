import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  commandHandler,
  connect,
  MemorySnapshots,
  type Cassadra,
} from '../../../src/client/index.js';
import { Draws } from '../../../src/runtime/index.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { startStore } from '../program.js';
import { embeddedStorage } from '../storages.js';

const CUTS_EACH = process.env['CASSADRA_TEST_LONG'] === '1' ? 200 : 34;
/** More than the answers of one round of work have, so that a cut is anywhere in them. */
const APPEND_REPLY_BYTES = 400;
const DECIDERS_REPLY_BYTES = 600;
const PIPELINED = 20;
const DECIDERS_MAX = 3;
/** Chance spares every answer of an append now and then: then it goes on. */
const CUTS_MAX = 10 * CUTS_EACH;

/** Appends once more; how many appends had been written by a try without an answer. */
type Work = (client: Cassadra) => Promise<number>;

/** Does some work again and again over links that are cut. A client without cuts, in the end. */
async function overCutLinks(t: TestContext, replyBytes: number, work: Work): Promise<Cassadra> {
  const seed = Number(process.env['CASSADRA_TEST_SEED'] ?? Date.now() % 1_000_000);
  t.diagnostic(`CASSADRA_TEST_SEED=${seed}`);
  const draws = new Draws(seed);
  const server = await startStore(t, await embeddedStorage.prepare(t));
  const proxy = new TcpProxy(`127.0.0.1:${server.port}`);
  await proxy.listen();
  const client = connect({ address: proxy.address, retry: { maxDelayMs: 200 } });
  const store = connect(`127.0.0.1:${server.port}`);
  t.after(() => Promise.all([client.close(), store.close(), proxy.goAway()]));
  let lost = 0;
  let calls = 0;
  let cuts = 0;
  for (; cuts < CUTS_EACH || (lost === 0 && cuts < CUTS_MAX); cuts += 1) {
    // so that there is a link
    await client.getStream('any');
    const cutsBefore = proxy.cuts;
    proxy.cutAfterReplyBytes(draws.whole(1, replyBytes));
    while (proxy.cuts === cutsBefore) {
      lost += await work(client);
      calls += 1;
    }
  }
  t.diagnostic(`${cuts} cuts amid ${calls} calls: ${lost} lost answers of written appends`);
  assert.ok(lost > 0, 'no answer of a written append was lost');
  return store;
}

async function dataOf(store: Cassadra, stream: string): Promise<unknown[]> {
  const data: unknown[] = [];
  for await (const event of store.read(stream)) data.push(event.data);
  return data;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

test('appends whose answers are cut anywhere appear once', async (t) => {
  let written = 0;
  const store = await overCutLinks(t, APPEND_REPLY_BYTES, async (client) => {
    const exact = written % 4 < 2 ? written : 'any';
    const events = [1, 2].map((more) => ({ type: 'Counted', data: written + more }));
    const appended = await client.append('s', events, { expected: exact });
    assert.equal(appended.firstVersion, written + 1);
    written += 2;
    return appended.duplicate ? 1 : 0;
  });
  assert.deepEqual(await dataOf(store, 's'), upTo(written));
});

test('pipelined appends whose answers are cut anywhere appear once, in order', async (t) => {
  let written = 0;
  let pipeline: ReturnType<Cassadra['appendMany']> | undefined;
  const store = await overCutLinks(t, APPEND_REPLY_BYTES, async (client) => {
    pipeline ??= client.appendMany();
    const current = pipeline;
    const appends = upTo(PIPELINED).map((more) =>
      current.append('s', { type: 'Counted', data: written + more }),
    );
    const answers = await Promise.all(appends);
    const versions = answers.map(({ firstVersion }) => firstVersion - written);
    assert.deepEqual(versions, upTo(PIPELINED));
    written += PIPELINED;
    return answers.filter(({ duplicate }) => duplicate).length;
  });
  await pipeline?.close();
  assert.deepEqual(await dataOf(store, 's'), upTo(written));
});

test('deciders whose answers are cut anywhere handle each command once', async (t) => {
  let handled = 0;
  let rounds = 0;
  const decider = {
    initialState: () => 0,
    evolve: (_: number, { data }: { type: 'Counted'; data: number }) => data,
    decide: (_: 'count', state: number) => ({ type: 'Counted' as const, data: state + 1 }),
  };
  const snapshots = new MemorySnapshots<number>();
  const store = await overCutLinks(t, DECIDERS_REPLY_BYTES, async (client) => {
    const parts = { store: client, decider, stream: () => 's', snapshots, retries: 50 };
    const handler = commandHandler(parts);
    const deciders = rounds % 3 === 0 ? DECIDERS_MAX : 1;
    // several at once, so that somebody else may be first after a lost answer
    const answers = await Promise.all(upTo(deciders).map(() => handler.handle('s', 'count')));
    handled += deciders;
    rounds += 1;
    return answers.filter(({ appended }) => appended?.duplicate === true).length;
  });
  assert.deepEqual(await dataOf(store, 's'), upTo(handled));
});
