import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createHttpDispatcher, DEFAULT_CALLBACK_SETTINGS } from '../../src/callbacks/index.js';
import { createCallGate, DEFAULT_CALL_GATE_SETTINGS } from '../../src/calls/index.js';
import { parseAllowCidrs } from '../../src/callbacks/index.js';
import { DEFAULT_LIMITS, DEFAULT_TIMED_EVENT_LIMITS } from '../../src/core/index.js';
import { createAppendDispatcher, dispatchByTarget } from '../../src/dispatch/index.js';
import {
  openMetrics,
  silentLogger,
  systemClock,
  systemComponents,
  systemKeys,
  type Components,
} from '../../src/runtime/index.js';
import { createScheduling, Poller, type Scheduling } from '../../src/scheduler/index.js';
import { createEventStore, type EventStore, type QueueLimits } from '../../src/service/index.js';
import type { Backend } from '../../src/storage/index.js';
import { HttpServer, metricsRoutes } from '../../src/transport/http/index.js';
import { call } from '../http/http-caller.js';
import { HTTP_SETTINGS } from '../http/http-under-test.js';
import { Scraped } from '../support/scraped.js';

const WAIT_MS = 20_000;
const LOOK_MS = 20;

export interface MeteredOptions {
  readonly open: (components: Components) => Backend | Promise<Backend>;
  readonly queueLimits?: Partial<QueueLimits>;
  /** Fires what is due. */
  readonly polls?: boolean;
}

/** A server in this process, of which a test sees what Prometheus sees. */
export interface MeteredServer {
  readonly backend: Backend;
  readonly eventStore: EventStore;
  readonly scheduling: Scheduling;
  readonly port: number;
  /** By HTTP. */
  scrape(): Promise<Scraped>;
  /** Scrapes until it holds. */
  until(what: string, holds: (seen: Scraped) => boolean): Promise<Scraped>;
}

export const NEVER = new AbortController().signal;

/** Every scrape is made anew. */
function eagerClock(): { monotonicMs(): number } {
  let nowMs = 0;
  return {
    monotonicMs: () => {
      nowMs += 1_000;
      return nowMs;
    },
  };
}

/** Ends with the test. */
export async function startMetered(
  t: TestContext,
  options: MeteredOptions,
): Promise<MeteredServer> {
  const metrics = await openMetrics(eagerClock(), { ofProcess: false });
  const components: Components = { ...systemComponents(silentLogger), metrics };
  const backend = await options.open(components);
  t.after(() => backend.close());
  const eventStore = createEventStore({
    backend: () => backend,
    limits: DEFAULT_LIMITS,
    queueLimits: {
      ...{ streamAppendsMax: 1_000, processAppendsMax: 10_000, processBytesMax: 64 * 1_048_576 },
      ...options.queueLimits,
    },
    components,
  });
  const scheduling = createScheduling({
    storage: () => backend,
    ready: () => true,
    limits: DEFAULT_TIMED_EVENT_LIMITS,
    sealer: undefined,
    keys: systemKeys,
    shared: false,
    components,
  });
  if (options.polls === true) startPoller(t, { eventStore, scheduling, components });
  const server = new HttpServer({
    routes: [metricsRoutes({ metrics, gate: undefined })],
    settings: HTTP_SETTINGS,
    gate: createCallGate({ settings: DEFAULT_CALL_GATE_SETTINGS, components }),
    components,
    ready: () => true,
  });
  await server.start();
  t.after(() => server.stop());
  const scrape = async (): Promise<Scraped> => scrapeOf(server.port);
  return {
    backend,
    eventStore,
    scheduling,
    port: server.port,
    scrape,
    until: async (what, holds) => {
      const untilMs = systemClock.monotonicMs() + WAIT_MS;
      for (;;) {
        const seen = await scrape();
        if (holds(seen)) return seen;
        assert.ok(systemClock.monotonicMs() < untilMs, `not in time: ${what}`);
        await components.timers.sleep(LOOK_MS);
      }
    },
  };
}

export async function scrapeOf(port: number): Promise<Scraped> {
  const { status, headers, body } = await call(port, '/metrics');
  assert.equal(status, 200, body);
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  return new Scraped(body);
}

function startPoller(
  t: TestContext,
  parts: Pick<MeteredServer, 'eventStore' | 'scheduling'> & { readonly components: Components },
): void {
  const { eventStore, scheduling, components } = parts;
  const append = createAppendDispatcher(eventStore, components);
  const allowCidrs = parseAllowCidrs(['127.0.0.1/32']);
  const http = createHttpDispatcher({ ...DEFAULT_CALLBACK_SETTINGS, allowCidrs }, components);
  const task = scheduling.tasks(append);
  const dispatcher = dispatchByTarget({ http, append, task });
  const poller = new Poller({ ...scheduling.polling, dispatcher });
  poller.start();
  t.after(async () => {
    await poller.stop();
    await dispatcher.close();
  });
}
