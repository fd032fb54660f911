import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import { connect, type Cassadra } from '../../src/client/index.js';
import type { RecordedEvent } from '../../src/core/index.js';
import { silentLogger, systemClock, systemComponents } from '../../src/runtime/index.js';
import { Cli } from '../cli/cli.js';
import { startStore } from '../e2e/program.js';
import { temporaryFolder } from '../e2e/storages.js';
import { runWriter } from './child.js';
import { readFeed, verifyStore } from './verify.js';
import { ownStreams, SHARED_STREAMS, TYPES, type Acknowledged } from './workload.js';

const BACKUPS = process.env['CASSADRA_TEST_LONG'] === '1' ? 20 : 2;
/** Acknowledged appends before each backup begins. */
const APPENDS_BETWEEN = 100;
const APPLICATION = 'backups';
const DUE_MS = systemClock.nowMs() + 3_600_000;
const WAIT_MS = 60_000;
const STREAMS = [...ownStreams('a'), ...SHARED_STREAMS];

/** A backup, and what was acknowledged when it was begun. */
interface Taken {
  readonly to: string;
  readonly appends: readonly Acknowledged[];
  readonly timers: readonly string[];
}

/** Schedules one timer after the other, until told to stop. Answers those acknowledged. */
class TimerLoad {
  readonly acknowledged: string[] = [];
  readonly #store: Cassadra;
  readonly #running: Promise<void>;
  #stopped = false;

  constructor(store: Cassadra) {
    this.#store = store;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let number = 0; !this.#stopped; number += 1) {
      const eventId = String(number);
      const append = { stream: `timer-${eventId}`, type: 'Fired', data: {} };
      const request = { application: APPLICATION, eventId, due: DUE_MS, append };
      await this.#store.timers.schedule(request);
      this.acknowledged.push(eventId);
    }
  }
}

/** Takes backups of a store while one process appends and another one schedules timers. */
async function underLoad(context: TestContext, dataDir: string): Promise<readonly Taken[]> {
  const cli = new Cli(context, {});
  const { port, program } = await startStore(context, { STORAGE: 'embedded', DATA_DIR: dataDir });
  const store = connect(`127.0.0.1:${port}`);
  context.after(() => store.close());
  const timers = new TimerLoad(store);
  const appends: Acknowledged[] = [];
  const done = new AbortController();
  const run = runWriter([dataDir, 'a', 'run', '1'], (child, _, answer) => {
    appends.push(answer);
    if (done.signal.aborted) child.kill('SIGKILL');
  });
  const taken: Taken[] = [];
  for (let number = 0; number < BACKUPS; number += 1) {
    await reaches(() => appends.length, appends.length + APPENDS_BETWEEN);
    const to = `${dataDir}-backup-${number}`;
    taken.push({ to, appends: [...appends], timers: [...timers.acknowledged] });
    const before = appends.length;
    await cli.output(['backup', '--data-dir', dataDir, '--to', to]);
    assert.ok(appends.length > before, 'nothing was appended during the backup');
  }
  done.abort();
  assert.equal((await run).signal, 'SIGKILL');
  await timers.stop();
  await program.stop('SIGTERM');
  return taken;
}

async function reaches(count: () => number, wanted: number): Promise<void> {
  const endMs = systemClock.monotonicMs() + WAIT_MS;
  while (count() < wanted) {
    assert.ok(systemClock.monotonicMs() < endMs, `${count()} of ${wanted} in time`);
    await pause(5);
  }
}

/** All events in the order of their positions; what was acknowledged is to be among them. */
async function eventsIn(
  dataDir: string,
  acknowledged?: readonly Acknowledged[],
): Promise<readonly RecordedEvent[]> {
  const backend = await openEmbedded(embeddedSettings(dataDir), systemComponents(silentLogger));
  try {
    const { eventLog } = backend;
    const wanted = { eventLog, streams: STREAMS, types: TYPES };
    if (acknowledged !== undefined) await verifyStore({ ...wanted, acknowledged });
    return await readFeed(eventLog, undefined, 'event');
  } finally {
    await backend.close();
  }
}

/** A server on the folder has all the timers, and fires them when they are due. */
async function firesAll(
  context: TestContext,
  dataDir: string,
  timers: readonly string[],
): Promise<void> {
  const { port } = await startStore(context, { STORAGE: 'embedded', DATA_DIR: dataDir });
  const store = connect(`127.0.0.1:${port}`);
  context.after(() => store.close());
  for (const eventId of timers) {
    assert.equal((await store.timers.get(APPLICATION, eventId))?.status, 'pending');
    await store.timers.reschedule(APPLICATION, eventId, systemClock.nowMs());
  }
  const unfired = new Set(timers);
  const some = async (): Promise<boolean> => {
    for (const eventId of unfired) {
      for await (const { type } of store.read(`timer-${eventId}`)) {
        assert.equal(type, 'Fired');
        unfired.delete(eventId);
      }
    }
    return unfired.size > 0;
  };
  const endMs = systemClock.monotonicMs() + WAIT_MS;
  while (await some()) {
    assert.ok(systemClock.monotonicMs() < endMs, `${unfired.size} timers have not fired`);
    await pause(20);
  }
}

test('backups under load hold a prefix with everything acknowledged before', async (t) => {
  const dataDir = join(await temporaryFolder(t), 'data');
  const taken = await underLoad(t, dataDir);
  const cli = new Cli(t, {});
  const all = await eventsIn(dataDir);
  for (const { to, appends, timers } of taken) {
    const restored = `${to}-restored`;
    const args = ['restore', '--from', to, '--data-dir', restored];
    const said = await cli.output(args);
    const events = await eventsIn(restored, appends);
    assert.deepEqual(events, all.slice(0, events.length), 'no hole, in the same order');
    assert.ok(events.length < all.length, 'the load went on');
    const count = `: ${events.length} events of .*, the newest at position ${events.length} of `;
    assert.match(said, new RegExp(count));
    t.diagnostic(`${events.length} of ${all.length} events, ${timers.length} timers before`);
  }
  const last = taken.at(-1);
  assert.ok(last !== undefined && last.timers.length > 0);
  await firesAll(t, `${last.to}-restored`, last.timers);
});
