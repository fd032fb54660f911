import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { connect, type Cassadra } from '../../../src/client/index.js';
import { Draws } from '../../../src/runtime/index.js';
import { startStore, type RunningStore } from '../program.js';
import { temporaryFolder, type StorageUnderTest } from '../storages.js';
import { ChaosWriters } from './chaos-writers.js';
import type { ReaderPlan, ReadersPlan } from './reader-plan.js';
import { ReaderProcess } from './reader-process.js';
import { checkReading, hasSeenAll } from './reading-check.js';
import { WrittenFeed } from './written-feed.js';

/** How much of it there is. */
export interface ChaosSize {
  readonly events: number;
  readonly kills: number;
}

export interface ChaosRun extends ChaosSize {
  readonly storage: StorageUnderTest;
  /** The storage orders all events: readers see them in that order. */
  readonly ordered: boolean;
  readonly servers: number;
  readonly readers: readonly ReaderPlan[];
}

/** Servers on one storage, writers on all of them, and what is to be checked in the end. */
export class Chaos {
  readonly draws: Draws;
  readonly writers: ChaosWriters;
  readonly plans: readonly ReadersPlan[];
  readonly #context: TestContext;
  readonly #run: ChaosRun;
  readonly #env: Readonly<Record<string, string>>;
  readonly #stores: readonly Cassadra[];
  readonly #servers: RunningStore[];

  private constructor(
    context: TestContext,
    run: ChaosRun,
    parts: {
      readonly env: Readonly<Record<string, string>>;
      readonly servers: RunningStore[];
      readonly plans: readonly ReadersPlan[];
    },
  ) {
    const seed = Number(process.env['CASSADRA_TEST_SEED'] ?? Date.now() % 1_000_000);
    context.diagnostic(`CASSADRA_TEST_SEED=${seed}`);
    this.draws = new Draws(seed);
    this.#context = context;
    this.#run = run;
    this.#env = parts.env;
    this.#servers = parts.servers;
    this.plans = parts.plans;
    // a server that starts again on a busy machine takes a while
    const retry = { forMs: 300_000, maxDelayMs: 300 };
    this.#stores = parts.plans.map(({ address }) => connect({ address, retry }));
    context.after(() => Promise.all(this.#stores.map((store) => store.close())));
    this.writers = new ChaosWriters(this.#stores, run.events, this.draws);
  }

  /** One process of readers for each server. */
  static async begin(context: TestContext, run: ChaosRun): Promise<Chaos> {
    const env = await run.storage.prepare(context);
    const servers: RunningStore[] = [];
    const plans: ReadersPlan[] = [];
    for (let count = 0; count < run.servers; count += 1) {
      const server = await startStore(context, env);
      servers.push(server);
      const folder = await temporaryFolder(context);
      plans.push({ address: `127.0.0.1:${server.port}`, folder, readers: run.readers });
    }
    return new Chaos(context, run, { env, servers, plans });
  }

  readers(plan: ReadersPlan): ReaderProcess {
    return new ReaderProcess(this.#context, plan);
  }

  /** Kills a server and starts it again at the same port. */
  async restart(index: number): Promise<void> {
    const server = this.#servers[index];
    assert.ok(server);
    const { signal } = await server.program.stop('SIGKILL');
    assert.equal(signal, 'SIGKILL');
    const ports = { PORT: String(server.port), HTTP_PORT: String(server.httpPort) };
    this.#servers[index] = await startStore(this.#context, { ...this.#env, ...ports });
  }

  /** Waits until the readers have seen everything, ends them, and checks all. */
  async check(processes: readonly ReaderProcess[], kills: number): Promise<void> {
    const [store] = this.#stores;
    assert.ok(store);
    await this.writers.done;
    const feed = await WrittenFeed.read(store, this.#run.events);
    assert.equal(feed.size, this.#run.events);
    assert.deepEqual(await feed.faults(store, this.writers.acknowledged), []);
    let repeats = 0;
    let losses = 0;
    for (const [index, plan] of this.plans.entries()) {
      for (const reader of plan.readers) {
        await processes[index]?.until(() => hasSeenAll(plan.folder, reader, feed));
      }
      assert.equal(await processes[index]?.end('SIGTERM'), '');
      losses += processes[index]?.losses ?? 0;
      const { ordered } = this.#run;
      const readings = plan.readers.map((reader) =>
        checkReading(plan.folder, reader, feed, { ordered }),
      );
      assert.deepEqual(
        readings.flatMap(({ faults }) => faults),
        [],
      );
      repeats += readings.reduce((sum, reading) => sum + reading.repeats, 0);
    }
    assert.ok(kills >= this.#run.kills && kills > 0, 'it was killed as often as it should');
    const { duplicates } = this.writers;
    const readers = this.plans.length * this.#run.readers.length;
    this.#context.diagnostic(
      `${feed.size} events, ${kills} kills, ${readers} readers, ${repeats} repeats dropped, ` +
        `${losses} tries to connect again, ${duplicates} appends answered again`,
    );
  }
}
