import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../../src/backends/memory/index.js';
import {
  AppError,
  attempted,
  claimed,
  DEFAULT_RETRY,
  requireUuid,
  scheduled,
  type Moment,
  type TimedEvent,
  type UserTarget,
} from '../../../src/core/index.js';
import { FakeTime, seededRandom, silentOutput, systemIds } from '../../../src/runtime/index.js';
import {
  createSweeps,
  sweepTask,
  type FailedFilter,
  type Sweep,
  type SweepCommand,
  type Sweeps,
  type SchedulerStorage,
  type TaskResult,
} from '../../../src/scheduler/index.js';
import type { Documents, TimedEvents } from '../../../src/storage/index.js';
import { driveTime } from '../../support/drive-time.js';
import { overriding } from '../../support/overriding.js';
import { FakeStorage } from '../fake-storage.js';

export const NO_FILTER: FailedFilter = {
  application: undefined,
  failedFromMs: undefined,
  failedUntilMs: undefined,
  dueFromMs: undefined,
  dueUntilMs: undefined,
  destination: undefined,
  httpStatuses: [],
};

/** All that was stored, in order. */
export class LoggedStorage extends FakeStorage {
  readonly stored: { readonly event: TimedEvent; readonly atMs: number }[] = [];

  override put(event: TimedEvent): void {
    this.stored.push({ event, atMs: this.time.nowMs() });
    super.put(event);
  }
}

/** How an entry is to have failed. */
export interface FailedDraft {
  readonly application?: string;
  readonly dueMs?: number;
  readonly target?: UserTarget;
  /** Of the answer; undefined: there was none. */
  readonly status?: number | undefined;
}

export const callOf = (url: string): UserTarget => {
  return { kind: 'http', url, method: 'POST', headers: [] };
};

/** What a process reads and writes until it dies at its `at`-th write, before or after it. */
export class Death {
  writes = 0;
  readonly #at: number;
  readonly #side: 'before' | 'after';

  constructor(at: number, side: 'before' | 'after') {
    this.#at = at;
    this.#side = side;
  }

  get came(): boolean {
    return this.writes >= this.#at;
  }

  of({ timedEvents, documents }: SchedulerStorage): SchedulerStorage {
    const change: TimedEvents['change'] = (step, signal) => {
      return this.#write(() => timedEvents.change(step, signal));
    };
    const changeDocument: Documents['change'] = (step, signal) => {
      return this.#write(() => documents.change(step, signal));
    };
    return {
      timedEvents: overriding(timedEvents, { change }),
      documents: overriding(documents, { change: changeDocument }),
    };
  }

  async #write<Result>(write: () => Promise<Result>): Promise<Result> {
    if (this.came) throw dead();
    this.writes += 1;
    if (!this.came) return write();
    if (this.#side === 'after') await write();
    throw dead();
  }
}

const dead = (): AppError => new AppError('UNAVAILABLE', 'this process is dead');

/** Entries that have failed, and sweeps of them, under one fake time and without pollers. */
export class SweepWorld {
  readonly time = new FakeTime();
  readonly components = {
    clock: this.time,
    timers: this.time,
    random: seededRandom(1),
    ids: systemIds,
    ...silentOutput,
  };
  readonly timedEvents = new LoggedStorage(this.time);
  readonly backend = openMemory(DEFAULT_MEMORY_SETTINGS, this.components);
  readonly storage: SchedulerStorage = {
    timedEvents: this.timedEvents,
    documents: this.backend.documents,
  };
  readonly sweeps = this.sweepsOn(this.storage);
  readonly signal = new AbortController().signal;

  sweepsOn(storage: SchedulerStorage): Sweeps {
    const { components } = this;
    return createSweeps({ storage: () => storage, ready: () => true, components });
  }

  moment(): Moment {
    return { nowMs: this.time.nowMs(), change: requireUuid(systemIds.newId()) };
  }

  failed(eventId: string, draft: FailedDraft = {}): TimedEvent {
    const { application = 'app', dueMs = this.time.nowMs() } = draft;
    const { target = callOf('http://a.test/') } = draft;
    const plan = {
      dueMs,
      payload: new Uint8Array(),
      target,
      retry: { ...DEFAULT_RETRY, attemptsMax: 1 },
      timeoutMs: 1_000,
      retentionMs: 86_400_000,
    };
    const generation = requireUuid(systemIds.newId());
    const status = 'status' in draft ? draft.status : 404;
    const pending = scheduled({ application, eventId }, plan, generation, this.moment());
    return this.failAgain(pending, status);
  }

  /** As a poller would: claimed, attempted, failed. */
  failAgain(pending: TimedEvent, status: number | undefined): TimedEvent {
    const { nowMs } = this.moment();
    const claim = { poller: requireUuid(systemIds.newId()), epoch: 1, claimedMs: nowMs };
    const processing = claimed(pending, claim, this.moment());
    const result =
      status === undefined
        ? ({ kind: 'failed', error: 'no connection' } as const)
        : ({ kind: 'answered', status, body: '', retryAfterMs: undefined } as const);
    const call = { result, startedMs: nowMs, durationMs: 1, chance: 0 };
    const to = processing && attempted(processing, call, this.moment());
    if (to === undefined) throw new Error('it is not pending');
    this.timedEvents.put(to);
    return to;
  }

  find(eventId: string, application = 'app'): Promise<TimedEvent | undefined> {
    return this.timedEvents.find({ application, eventId });
  }

  async statusOf(eventId: string, application = 'app'): Promise<string | undefined> {
    return (await this.find(eventId, application))?.state.status;
  }

  start(filter: Partial<FailedFilter> = {}, rest: Partial<SweepCommand> = {}): Promise<Sweep> {
    const base = { sweepId: undefined, action: 'replay', dryRun: false, perSecond: 100 } as const;
    const command = { ...base, filter: { ...NO_FILTER, ...filter }, ...rest };
    return this.sweeps.start(command, this.signal);
  }

  /** One call of the task, as the poller makes it. */
  call(sweepId: string, storage = this.storage, armedMs = 0): Promise<TaskResult> {
    const { components, signal } = this;
    const handle = sweepTask({ storage: () => storage, components });
    const payload = new TextEncoder().encode(JSON.stringify({ armedMs }));
    return driveTime(
      this.time,
      handle({ task: 'sweep', application: '', id: sweepId }, { payload, signal }),
    );
  }

  /** Calls the task until it is done; answers the sweep. */
  async run(sweepId: string): Promise<Sweep> {
    for (let turns = 0; turns < 1_000; turns += 1) {
      const result = await this.call(sweepId);
      if (result.kind === 'done') return this.sweep(sweepId);
      this.time.advance(Math.max(0, result.atMs - this.time.nowMs()));
    }
    throw new Error('it does not end');
  }

  async sweep(sweepId: string): Promise<Sweep> {
    const sweep = await this.sweeps.find(sweepId);
    if (sweep === undefined) throw new Error('there is no such sweep');
    return sweep;
  }

  /** How often the entry became pending or deleted by a replay or a purge. */
  changesOf(eventId: string): number {
    return this.timedEvents.stored.filter(({ event: { key, state, plan } }) => {
      const isReplay = state.status === 'PENDING' && plan.replay !== undefined;
      return key.eventId === eventId && (isReplay || state.status === 'DELETED');
    }).length;
  }
}
