import {
  DEFAULT_RETRY,
  DEFAULT_TIMED_EVENT_LIMITS,
  requireUuid,
  type HttpTarget,
  type TimedEvent,
} from '../../src/core/index.js';
import {
  FakeTime,
  seededRandom,
  silentOutput,
  systemIds,
  type Components,
} from '../../src/runtime/index.js';
import {
  createScheduler,
  Poller,
  type Dispatcher,
  type EntryHooks,
  type PollerSettings,
  type ScheduleCommand,
  type Scheduler,
  NO_HOOKS,
  OPEN_POLICIES,
  type Policies,
} from '../../src/scheduler/index.js';
import type { TimedEvents } from '../../src/storage/index.js';
import { FakeDispatcher } from './fake-dispatcher.js';
import { FakeStorage } from './fake-storage.js';

/** Ids that count up, the same in every run. */
function countedIds(): Components['ids'] {
  let last = 0;
  const newId = (): string => {
    last += 1;
    return `00000000-0000-7000-8000-${last.toString(16).padStart(12, '0')}`;
  };
  return { newId, nameId: (name, namespace) => systemIds.nameId(name, namespace) };
}

/** Storage, receivers, scheduler and pollers under one fake time. */
export class World {
  readonly time = new FakeTime();
  readonly components: Components;
  readonly storage = new FakeStorage(this.time);
  readonly dispatcher = new FakeDispatcher(this.time);
  readonly scheduler: Scheduler;
  policies: Policies = OPEN_POLICIES;
  hooks: EntryHooks = NO_HOOKS;
  /** What new pollers call; undefined: `dispatcher`. */
  firing: Dispatcher | undefined;
  readonly lateness: number[] = [];
  ready = true;
  readonly signal = new AbortController().signal;
  readonly #pollers: Poller[] = [];

  constructor(output = silentOutput) {
    this.components = {
      clock: this.time,
      timers: this.time,
      random: seededRandom(1),
      ids: countedIds(),
      ...output,
    };
    this.scheduler = createScheduler({
      timedEvents: () => this.storage,
      ready: () => this.ready,
      limits: DEFAULT_TIMED_EVENT_LIMITS,
      components: this.components,
    });
  }

  poller(settings: Partial<PollerSettings> = {}, timedEvents: TimedEvents = this.storage): Poller {
    const poller = new Poller({
      timedEvents: () => timedEvents,
      ready: () => this.ready,
      dispatcher: this.firing ?? this.dispatcher,
      components: this.components,
      policies: this.policies,
      hooks: this.hooks,
      settings,
      onAttempt: (ms) => this.lateness.push(ms),
    });
    this.track(poller);
    return poller;
  }

  /** It is ended with the others. */
  track(poller: Poller): void {
    this.#pollers.push(poller);
  }

  started(settings: Partial<PollerSettings> = {}): Poller {
    const poller = this.poller(settings);
    poller.start();
    return poller;
  }

  get nowMs(): number {
    return this.time.nowMs();
  }

  command(eventId: string, inMs: number, rest: Partial<ScheduleCommand> = {}): ScheduleCommand {
    return {
      key: { application: 'app', eventId },
      dueMs: this.nowMs + inMs,
      payload: new TextEncoder().encode('{}'),
      target: { kind: 'http', url: 'http://receiver.test:1/', method: 'POST', headers: [] },
      retry: undefined,
      timeoutMs: undefined,
      retentionMs: undefined,
      onExists: 'reject',
      ...rest,
    };
  }

  async schedule(
    eventId: string,
    inMs: number,
    rest: Partial<ScheduleCommand> = {},
  ): Promise<TimedEvent> {
    const { event } = await this.scheduler.schedule(this.command(eventId, inMs, rest), this.signal);
    return event;
  }

  /** What is stored, DELETED entries included. */
  entry(eventId: string, application = 'app'): TimedEvent {
    const found = this.storage.entries.get(`${application}\n${eventId}`);
    if (found === undefined) throw new Error(`no entry ${eventId}`);
    return found;
  }

  status(eventId: string): string {
    return this.entry(eventId).state.status;
  }

  /** Lets everything run that waits for no time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn += 1) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  }

  /** Moves the time on in small steps and lets everything run in each. */
  async pass(ms: number, stepMs = 1): Promise<void> {
    await this.settle();
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.time.advance(stepMs);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    await this.settle();
  }

  /** Ends all pollers; call it at the end of a test. */
  async end(): Promise<void> {
    for (const poller of this.#pollers) {
      const stopped = poller.stop();
      let over = false;
      void stopped.finally(() => {
        over = true;
      });
      for (let turn = 0; turn < 1_000 && !over; turn += 1) await this.pass(50, 50);
      await stopped;
    }
  }

  newUuid(): ReturnType<typeof requireUuid> {
    return requireUuid(this.components.ids.newId());
  }
}

export const FAST_RETRY = { ...DEFAULT_RETRY, firstDelayMs: 100 };
export const at = (host: string): { readonly target: HttpTarget } => ({
  target: { kind: 'http', url: `http://${host}/`, method: 'POST', headers: [] },
});
