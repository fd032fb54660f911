import assert from 'node:assert/strict';
import {
  DEFAULT_LIMITS,
  DEFAULT_TIMED_EVENT_LIMITS,
  type HttpTarget,
} from '../../../src/core/index.js';
import { createAppendDispatcher, dispatchByTarget } from '../../../src/dispatch/index.js';
import { silentLogger, systemComponents, systemKeys } from '../../../src/runtime/index.js';
import {
  createScheduling,
  Poller,
  type Dispatcher,
  type OutgoingCall,
  type Schedules,
} from '../../../src/scheduler/index.js';
import { createEventStore } from '../../../src/service/index.js';
import type { Backend } from '../../../src/storage/index.js';

const QUEUE_LIMITS = { streamAppendsMax: 100, processAppendsMax: 100, processBytesMax: 1e6 };
const components = systemComponents(silentLogger);
const LOOK_MS = 5;

export interface Call {
  readonly call: OutgoingCall<HttpTarget>;
  readonly beganMs: number;
  endedMs?: number;
}

/** Two servers on one backend, in real time; calls end here. */
export class FiredWorld {
  readonly calls: Call[] = [];
  readonly signal = new AbortController().signal;
  readonly schedules: Schedules;
  /** How long a receiver takes. */
  takesMs = 0;
  readonly #stops: (() => Promise<void>)[] = [];

  constructor(backend: Backend) {
    const servers = [this.#server(backend), this.#server(backend)];
    const [first] = servers;
    assert.ok(first !== undefined);
    this.schedules = first;
  }

  async until(what: string, done: () => boolean, withinMs: number): Promise<void> {
    const untilMs = components.clock.monotonicMs() + withinMs;
    while (!done()) {
      assert.ok(components.clock.monotonicMs() < untilMs, `${what}: not in ${withinMs} ms`);
      await components.timers.sleep(LOOK_MS);
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#stops.map((stop) => stop()));
  }

  #server(backend: Backend): Schedules {
    const scheduling = createScheduling({
      storage: () => backend,
      ready: () => true,
      limits: DEFAULT_TIMED_EVENT_LIMITS,
      sealer: undefined,
      keys: systemKeys,
      components,
    });
    const store = createEventStore({
      backend: () => backend,
      limits: DEFAULT_LIMITS,
      queueLimits: QUEUE_LIMITS,
      components,
    });
    const append = createAppendDispatcher(store, components);
    const task = scheduling.tasks(append);
    const dispatcher = dispatchByTarget({ http: this.#receiver(), append, task });
    const poller = new Poller({ ...scheduling.polling, dispatcher });
    void scheduling.policies.start();
    poller.start();
    this.#stops.push(async () => {
      await poller.stop();
      await scheduling.policies.stop();
    });
    return scheduling.schedules;
  }

  #receiver(): Dispatcher<HttpTarget> {
    const { clock, timers } = components;
    return {
      call: async (call, mayBegin) => {
        if (!mayBegin()) return { kind: 'withdrawn' };
        const made: Call = { call, beganMs: clock.nowMs() };
        this.calls.push(made);
        await timers.sleep(this.takesMs);
        made.endedMs = clock.nowMs();
        return { kind: 'answered', status: 200, body: '', retryAfterMs: undefined };
      },
      close: () => Promise.resolve(),
    };
  }
}
