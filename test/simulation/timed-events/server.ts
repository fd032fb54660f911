import { Documents, StorageClock, TimedEvents } from '../../../src/backends/cassandra/index.js';
import { DEFAULT_TIMED_EVENT_LIMITS } from '../../../src/core/index.js';
import { dispatchByTarget } from '../../../src/dispatch/index.js';
import { systemKeys } from '../../../src/runtime/index.js';
import {
  createScheduling,
  Poller,
  type Scheduler,
  type Scheduling,
} from '../../../src/scheduler/index.js';
import { SimulatedAppends } from './append-receiver.js';
import { CheckedTimedEvents } from './checked-timed-events.js';
import { documentTablesOf } from './document-tables.js';
import { SimulatedEntryTable } from './entry-table.js';
import { Link } from './link.js';
import { SimulatedListTables } from './list-tables.js';
import { SimulatedNoticeTables } from './notice-tables.js';
import { SimulatedProcess } from './process.js';
import { SimulatedDispatcher } from './receivers.js';
import { SimulatedShardTables } from './shard-tables.js';
import { note, trueMs, type World } from './world.js';

const CHECK_EVERY_MS = 1_000;
const MAX_CLOCK_SKEW_MS = 500;
/** How far the clocks of Cassandra's nodes are apart, either way. */
const NODE_SKEW_MS = 80;
const CALLS_POLL_MS = 5;
/** As the backend's health check waits. */
const TIME_ANSWER_MAX_MS = 2_000;

/** The server is no longer there: whether the call was carried out is not known. */
export class ServerGone extends Error {}

/** One server: the real scheduler, poller and backend over simulated tables. */
export class SimulatedServer {
  readonly process: SimulatedProcess;
  readonly #world: World;
  readonly #link: Link;
  readonly #storageClock: StorageClock;
  readonly #timedEvents: TimedEvents;
  readonly #documents: Documents;
  readonly #scheduling: Scheduling;
  readonly #poller: Poller | undefined;
  readonly #nodeOffsetMs: number;
  readonly #calls = new Set<() => void>();
  #healthy = false;
  #started = false;
  #ready = false;
  #stopping = false;

  constructor(world: World, name: string, withPoller: boolean) {
    const { draws, profile } = world;
    this.#world = world;
    this.process = new SimulatedProcess(world, name);
    this.#nodeOffsetMs = draws.between(-NODE_SKEW_MS, NODE_SKEW_MS);
    const { process } = this;
    const { components } = process;
    this.#link = new Link(world, process);
    this.#storageClock = new StorageClock(components.clock);
    const tables = {
      entries: new SimulatedEntryTable(world, process, this.#link),
      notices: new SimulatedNoticeTables(world, process, this.#link),
      shards: new SimulatedShardTables(world, process, this.#link),
      lists: new SimulatedListTables(world, this.#link),
    };
    const healthy = (): boolean => this.#healthy;
    this.#timedEvents = new TimedEvents(
      { tables, shards: profile.shards, storageClock: this.#storageClock, healthy },
      components,
    );
    const port = new CheckedTimedEvents(world, this.#timedEvents);
    const documentTables = documentTablesOf(world, process, this.#link);
    this.#documents = new Documents(documentTables, this.#storageClock, components);
    const storage = { timedEvents: port, documents: this.#documents };
    this.#scheduling = createScheduling({
      storage: () => (this.#started ? storage : undefined),
      ready: healthy,
      sealer: undefined,
      keys: systemKeys,
      limits: DEFAULT_TIMED_EVENT_LIMITS,
      components,
    });
    const append = new SimulatedAppends(world, this.#link);
    const task = this.#scheduling.tasks(append);
    const http = new SimulatedDispatcher(world, process);
    const dispatcher = dispatchByTarget({ http, append, task });
    const { claimAheadMs } = profile;
    this.#poller = withPoller
      ? new Poller({
          ...this.#scheduling.polling,
          dispatcher,
          settings: { claimAheadMs, stopGraceMs: 2_000 },
        })
      : undefined;
  }

  get name(): string {
    return this.process.name;
  }

  /** Takes calls: started, and neither stopping nor gone. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Fires, now or as soon as it has started. */
  get polls(): boolean {
    return this.#poller !== undefined && !this.#stopping;
  }

  async start(): Promise<void> {
    const { timers } = this.process.components;
    await this.#check();
    void this.#keepChecking();
    for (;;) {
      try {
        await this.#timedEvents.start();
        break;
      } catch {
        await timers.sleep(100);
      }
    }
    this.#world.troubles.add('process', this.#world.time.nowMs);
    this.#started = true;
    await this.#scheduling.policies.start();
    this.#ready = true;
    this.#poller?.start();
  }

  /** Runs `call` in the server's process. Rejects with `ServerGone` when that is killed. */
  call<Answer>(call: (scheduler: Scheduler) => Promise<Answer>): Promise<Answer> {
    return this.ask(({ scheduler }) => call(scheduler));
  }

  /** As `call`, of all that it can do. */
  ask<Answer>(ask: (scheduling: Scheduling) => Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const gone = (): void => reject(new ServerGone());
      if (!this.#ready) return gone();
      this.#calls.add(gone);
      this.process.deliver(() => {
        ask(this.#scheduling)
          .then(resolve, reject)
          .finally(() => this.#calls.delete(gone));
      });
    });
  }

  kill(): void {
    this.#ready = false;
    this.process.end();
    for (const gone of this.#calls) gone();
    this.#calls.clear();
  }

  /** Takes no more calls, finishes those under way, stops, and is gone. */
  async stop(): Promise<void> {
    if (!this.#ready) return;
    this.#ready = false;
    this.#stopping = true;
    this.#world.troubles.add('process', this.#world.time.nowMs);
    const { timers } = this.process.components;
    await this.#poller?.stop();
    while (this.#calls.size > 0) await timers.sleep(CALLS_POLL_MS);
    await this.#scheduling.policies.stop();
    await this.#documents.close();
    await this.#timedEvents.close();
    note(this.#world, 'stopped', this.name);
    this.process.end();
  }

  async #keepChecking(): Promise<void> {
    const { timers } = this.process.components;
    while (this.process.state !== 'gone') {
      await timers.sleep(CHECK_EVERY_MS);
      await this.#check();
    }
  }

  /** As the backend's health check does it. */
  async #check(): Promise<void> {
    const { clock } = this.process.components;
    const beforeMs = clock.nowMs();
    const sentMs = clock.monotonicMs();
    let thereMs: number;
    try {
      const apply = (): number => Math.floor(trueMs(this.#world) + this.#nodeOffsetMs);
      thereMs = await this.#link.call({
        name: 'time',
        kind: 'read',
        answerMaxMs: TIME_ANSWER_MAX_MS,
        apply,
      });
    } catch {
      this.#healthy = false;
      return;
    }
    this.#storageClock.observe(thereMs, sentMs, clock.monotonicMs());
    const skewMs = Math.max(beforeMs - thereMs, thereMs - clock.nowMs(), 0);
    if (skewMs > MAX_CLOCK_SKEW_MS) note(this.#world, 'clock found wrong', this.name);
    this.#healthy = skewMs <= MAX_CLOCK_SKEW_MS;
  }
}
