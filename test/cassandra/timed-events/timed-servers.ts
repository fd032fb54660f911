import assert from 'node:assert/strict';
import {
  cqlTimedTables,
  StorageClock,
  TimedEvents,
  type CqlSession,
} from '../../../src/backends/cassandra/index.js';
import { DEFAULT_TIMED_EVENT_LIMITS, type HttpTarget } from '../../../src/core/index.js';
import { systemClock, type Components } from '../../../src/runtime/index.js';
import {
  createScheduler,
  Poller,
  type OutgoingCall,
  type PollerSettings,
  type Scheduler,
} from '../../../src/scheduler/index.js';
import { openKeyspace, type KeyspaceForTests } from '../keyspace-for-tests.js';
import { componentsForTests } from '../open-for-tests.js';
import type { Client } from 'cassandra-driver';

const TARGET: HttpTarget = { kind: 'http', url: 'http://receiver/', method: 'POST', headers: [] };

/** A call as the receiver has it, by the clock of the server that made it. */
export interface Arrival {
  readonly eventId: string;
  readonly attempt: number;
  readonly dueMs: number;
  readonly atMs: number;
}

/** Servers on one keyspace whose clock, and that of the notices, is shifted. */
export class TimedServers {
  readonly arrivals: Arrival[] = [];
  readonly #keyspace: KeyspaceForTests;
  readonly #opened: TimedEvents[] = [];
  readonly #pollers: Poller[] = [];

  private constructor(keyspace: KeyspaceForTests) {
    this.#keyspace = keyspace;
  }

  /** Or why there is no Cassandra. */
  static async open(): Promise<TimedServers | { readonly skip: string }> {
    const keyspace = await openKeyspace();
    return 'skip' in keyspace ? keyspace : new TimedServers(keyspace);
  }

  get keyspace(): string {
    return this.#keyspace.name;
  }

  get raw(): Client {
    return this.#keyspace.raw;
  }

  /** The port of a server whose clocks are ahead by `shiftMs`. */
  async timedEvents(
    shiftMs: number,
    decorate: (session: CqlSession) => CqlSession = (session) => session,
  ): Promise<{ readonly timedEvents: TimedEvents; readonly components: Components }> {
    const components = componentsForTests(shiftMs);
    const timedEvents = new TimedEvents(
      {
        tables: cqlTimedTables(decorate(this.#keyspace.session), this.keyspace, components.timers),
        shards: 4,
        storageClock: new StorageClock(components.clock),
        healthy: () => true,
      },
      components,
    );
    await timedEvents.start();
    this.#opened.push(timedEvents);
    return { timedEvents, components };
  }

  async scheduler(shiftMs: number): Promise<Scheduler> {
    const { timedEvents, components } = await this.timedEvents(shiftMs);
    return createScheduler({
      timedEvents: () => timedEvents,
      ready: () => true,
      limits: DEFAULT_TIMED_EVENT_LIMITS,
      components,
    });
  }

  /** A poller whose calls are written down and answered 200. */
  async startPoller(shiftMs: number, settings: Partial<PollerSettings> = {}): Promise<Poller> {
    const { timedEvents, components } = await this.timedEvents(shiftMs);
    const call = ({ key, attempt, dueMs }: OutgoingCall, mayBegin: () => boolean) => {
      if (!mayBegin()) return Promise.resolve({ kind: 'withdrawn' } as const);
      const atMs = components.clock.nowMs();
      this.arrivals.push({ eventId: key.eventId, attempt, dueMs, atMs });
      const answer = { kind: 'answered', status: 200, body: '', retryAfterMs: undefined } as const;
      return Promise.resolve(answer);
    };
    const poller = new Poller({
      timedEvents: () => timedEvents,
      ready: () => true,
      dispatcher: { call, close: () => Promise.resolve() },
      components,
      settings: { claimAheadMs: 40, ...settings },
    });
    poller.start();
    this.#pollers.push(poller);
    return poller;
  }

  async close(): Promise<void> {
    await Promise.all(this.#pollers.map((poller) => poller.stop()));
    await Promise.all(this.#opened.map((timedEvents) => timedEvents.close()));
    await this.#keyspace.close();
  }
}

/** Schedules one call; fails when it is not taken. */
export async function schedule(
  scheduler: Scheduler,
  eventId: string,
  dueMs: number,
): Promise<void> {
  await scheduler.schedule(
    {
      key: { application: 'test', eventId },
      dueMs,
      payload: new TextEncoder().encode('{}'),
      target: TARGET,
      retry: undefined,
      timeoutMs: undefined,
      retentionMs: undefined,
      onExists: 'reject',
    },
    new AbortController().signal,
  );
}

/** Waits, looking again and again. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  what: () => string,
): Promise<void> {
  const endMs = systemClock.monotonicMs() + timeoutMs;
  while (!(await condition())) {
    assert.ok(systemClock.monotonicMs() < endMs, `not in ${timeoutMs} ms: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
