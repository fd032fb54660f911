import {
  attempted,
  claimed,
  DEFAULT_LIMITS,
  DEFAULT_RETRY,
  DEFAULT_TIMED_EVENT_LIMITS,
  requireUuid,
  scheduled,
  type RecordedEvent,
} from '../../../src/core/index.js';
import { createAppendDispatcher, dispatchByTarget } from '../../../src/dispatch/index.js';
import { silentLogger, systemComponents } from '../../../src/runtime/index.js';
import {
  createEntryHooks,
  createScheduler,
  createSweeps,
  failureTask,
  Poller,
  sweepTask,
  type OutgoingCall,
  createTaskDispatcher,
} from '../../../src/scheduler/index.js';
import { createEventStore } from '../../../src/service/index.js';
import type { Backend } from '../../../src/storage/index.js';
import { FakePolicies } from './fake-policies.js';

const QUEUE_LIMITS = { streamAppendsMax: 100, processAppendsMax: 100, processBytesMax: 1e6 };
const components = systemComponents(silentLogger);

/** Scheduler, event store and a poller on a real backend, in real time; no call leaves. */
export class BackendWorld {
  readonly policies = new FakePolicies();
  readonly calls: OutgoingCall[] = [];
  /** What the receiver answers. */
  status = 200;
  readonly signal = new AbortController().signal;
  readonly scheduler;
  readonly sweeps;
  readonly poller: Poller;
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
    const storage = () => backend;
    const timedEvents = () => backend.timedEvents;
    const ready = () => true;
    const { policies } = this;
    const limits = DEFAULT_TIMED_EVENT_LIMITS;
    this.scheduler = createScheduler({ timedEvents, ready, limits, components });
    this.sweeps = createSweeps({ storage, ready, components });
    const store = createEventStore({
      backend: storage,
      limits: DEFAULT_LIMITS,
      queueLimits: QUEUE_LIMITS,
      components,
    });
    const append = createAppendDispatcher(store, components);
    const handlers = {
      sweep: sweepTask({ storage, components }),
      failure: failureTask({ timedEvents, appends: append, components }),
      schedule: () => Promise.reject(new Error('there are no schedules here')),
    };
    const http = {
      call: async (call: OutgoingCall, mayBegin: () => boolean) => {
        if (!mayBegin()) return { kind: 'withdrawn' } as const;
        this.calls.push(call);
        const { status } = this;
        return { kind: 'answered', status, body: '', retryAfterMs: undefined } as const;
      },
      close: async () => {},
    };
    const task = createTaskDispatcher(handlers, components);
    const hooks = createEntryHooks({ timedEvents, policies, components, afterFinished: [] });
    const dispatcher = dispatchByTarget({ http, append, task });
    this.poller = new Poller({ timedEvents, ready, dispatcher, components, policies, hooks });
  }

  async schedule(eventId: string): Promise<void> {
    const command = {
      key: { application: 'app', eventId },
      dueMs: 0,
      payload: new Uint8Array(),
      target: { kind: 'http', url: 'http://receiver.test/', method: 'POST', headers: [] },
      retry: undefined,
      timeoutMs: undefined,
      retentionMs: undefined,
      onExists: 'reject',
    } as const;
    await this.scheduler.schedule(command, this.signal);
  }

  /** An entry that has failed, as a poller would have stored it. */
  async storeFailed(eventId: string): Promise<void> {
    const nowMs = components.clock.nowMs() - 60_000;
    const newId = () => requireUuid(components.ids.newId());
    const moment = () => ({ nowMs, change: newId() });
    const plan = {
      dueMs: nowMs,
      payload: new Uint8Array(10),
      target: { kind: 'http', url: 'http://receiver.test/', method: 'POST', headers: [] },
      retry: DEFAULT_RETRY,
      timeoutMs: 1_000,
      retentionMs: 86_400_000,
    } as const;
    const key = { application: 'app', eventId };
    const pending = scheduled(key, plan, newId(), moment());
    const claim = { poller: newId(), epoch: 1, claimedMs: nowMs };
    const processing = claimed(pending, claim, moment());
    const result = { kind: 'answered', status: 404, body: '', retryAfterMs: undefined } as const;
    const call = { result, startedMs: nowMs, durationMs: 1, chance: 0 };
    const to = processing && attempted(processing, call, moment());
    if (to === undefined) throw new Error('it has not failed');
    // a signal of its own: there are thousands
    const { signal } = new AbortController();
    const outcome = await this.#backend.timedEvents.change({ from: undefined, to }, signal);
    if (outcome.kind !== 'changed') throw new Error(outcome.kind);
  }

  async statusOf(eventId: string): Promise<string | undefined> {
    return (await this.scheduler.find({ application: 'app', eventId }))?.state.status;
  }

  async eventsOf(stream: string): Promise<readonly RecordedEvent[]> {
    const query = { prefix: stream, after: '', limit: 1 };
    const [found] = await this.#backend.streams.listStreams(query);
    if (found === undefined) return [];
    const events: RecordedEvent[] = [];
    const ref = { stream: found.id, direction: 'forward' } as const;
    const whole = { ...ref, fromVersion: undefined, limit: undefined };
    for await (const chunk of this.#backend.eventLog.readStream(whole)) events.push(...chunk);
    return events;
  }

  /** Fails when it is not so in time. */
  async until(what: string, isSo: () => Promise<boolean>, forMs: number): Promise<void> {
    const { clock, timers } = components;
    const untilMs = clock.monotonicMs() + forMs;
    while (!(await isSo())) {
      if (clock.monotonicMs() > untilMs) throw new Error(`not in time: ${what}`);
      await timers.sleep(20);
    }
  }
}
