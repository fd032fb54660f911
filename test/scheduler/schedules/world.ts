import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedSettings, openEmbedded } from '../../../src/backends/embedded/index.js';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../../src/backends/memory/index.js';
import {
  AppError,
  attempted,
  claimed,
  DEFAULT_TIMED_EVENT_LIMITS,
  lost,
  requireUuid,
  taskKey,
  type Moment,
  type Schedule,
  type ScheduleKey,
  type SkippedRuns,
  type TimedEvent,
} from '../../../src/core/index.js';
import {
  FakeTime,
  silentLogger,
  systemComponents,
  type Components,
} from '../../../src/runtime/index.js';
import {
  createSchedules,
  scheduleHooks,
  scheduleTask,
  type ScheduleDraft,
  type Schedules,
  type TaskHandler,
  type TaskResult,
} from '../../../src/scheduler/index.js';
import type { Backend, TimedEventChange, TimedEvents } from '../../../src/storage/index.js';
import { overriding } from '../../support/overriding.js';
import { documentsOf, Killed, timedEventsOf, WritesOfProcess } from './killed-storage.js';

export const APPLICATION = 'shop';
export const KEY: ScheduleKey = { application: APPLICATION, scheduleId: 'report' };
/** A whole hour. */
export const START_MS = Date.UTC(2024, 0, 15, 10);
const MINUTE_MS = 60_000;

export type Draft = Partial<Omit<ScheduleDraft, 'timing' | 'run'>> & {
  readonly timing?: Partial<ScheduleDraft['timing']>;
  readonly run?: Partial<ScheduleDraft['run']>;
};

/** Once a minute, unless it is said otherwise. */
export function draft({ timing, run, ...rest }: Draft = {}): ScheduleDraft {
  const recurrence = { kind: 'interval', everyMs: MINUTE_MS, phaseMs: 0 } as const;
  return {
    key: KEY,
    timing: { recurrence, jitterMs: 0, ...timing },
    run: {
      payload: new TextEncoder().encode('{"n":1}'),
      target: { kind: 'http', url: 'http://receiver.test/', method: 'POST', headers: [] },
      ...run,
    },
    ...rest,
  };
}

/** One server: its use cases, and its poller's handler of the task. */
export interface Process {
  readonly schedules: Schedules;
  readonly task: TaskHandler;
  readonly afterFinished: (event: TimedEvent) => void;
}

/** One backend under a clock of its own, with any number of processes. */
export class World {
  readonly time: FakeTime;
  readonly components: Components;
  readonly backend: Backend;
  readonly signal = new AbortController().signal;
  /** Event ids, in the order in which they were made; one twice if it was made twice. */
  readonly made: string[] = [];
  readonly #stored: TimedEvents;
  readonly #cleanUp: () => Promise<void>;
  /** Calls of the task. */
  turns = 0;

  constructor(
    time: FakeTime,
    components: Components,
    backend: Backend,
    cleanUp: () => Promise<void>,
  ) {
    this.time = time;
    this.backend = backend;
    this.components = components;
    this.#cleanUp = cleanUp;
    const { timedEvents } = backend;
    this.#stored = overriding(timedEvents, {
      change: async (change: TimedEventChange, signal) => {
        const outcome = await timedEvents.change(change, signal);
        const { from, to } = change;
        const isNew = from?.generation !== to.generation;
        const isOurs = to.key.application === APPLICATION;
        if (outcome.kind === 'changed' && isNew && isOurs) this.made.push(to.key.eventId);
        return outcome;
      },
    });
  }

  get nowMs(): number {
    return this.time.nowMs();
  }

  process(writes = new WritesOfProcess()): Process {
    const documents = documentsOf(this.backend.documents, writes);
    const timedEvents = timedEventsOf(this.#stored, writes);
    const storage = (): { documents: typeof documents; timedEvents: TimedEvents } => {
      return { documents, timedEvents };
    };
    const { components } = this;
    const schedules = createSchedules({
      storage,
      ready: () => true,
      limits: DEFAULT_TIMED_EVENT_LIMITS,
      retentionMs: 7 * 86_400_000,
      timeoutMs: 15_000,
      components,
    });
    const { afterFinished } = scheduleHooks({ storage, components });
    return { schedules, task: scheduleTask({ storage, components }), afterFinished };
  }

  /** Calls the task as often as it is due now, each time in the next of the processes. */
  async runTask(...processes: readonly Process[]): Promise<void> {
    for (let turn = 0; turn < 1_000; turn += 1) {
      const claim = await this.claimTask();
      if (claim === undefined) return;
      const process = processes[this.turns % processes.length];
      assert.ok(process !== undefined);
      await this.callTask(claim, process);
    }
    assert.fail('the task does not come to rest');
  }

  /** As a poller: undefined when it is not due. */
  async claimTask(): Promise<TimedEvent | undefined> {
    const event = await this.taskEntry();
    if (event?.state.status !== 'PENDING' || event.state.nextMs > this.nowMs) return undefined;
    const poller = requireUuid(this.components.ids.newId());
    const to = claimed(event, { poller, epoch: 1, claimedMs: this.nowMs }, this.moment());
    assert.ok(to !== undefined);
    return (await this.#change(event, to)) ? to : this.claimTask();
  }

  /** One call, and its report. A process that dies in it loses the claim to others. */
  async callTask(claim: TimedEvent, { task }: Process): Promise<void> {
    this.turns += 1;
    const { payload } = claim.plan;
    const subject = { task: 'schedule', application: APPLICATION, id: KEY.scheduleId } as const;
    let result: TaskResult | undefined;
    try {
      result = await task(subject, { payload, signal: this.signal });
    } catch (error) {
      if (!(error instanceof Killed)) {
        if (!(error instanceof AppError)) throw error;
        result = { kind: 'again', atMs: this.nowMs + 1_000 };
      }
    }
    await this.report(claim, result);
  }

  /** Undefined: nobody reports, the claim is lost. */
  async report(claim: TimedEvent, result: TaskResult | undefined): Promise<void> {
    if (result === undefined) {
      const to = lost(claim, this.moment());
      if (to !== undefined) await this.#change(claim, to);
      return;
    }
    const answer =
      result.kind === 'done'
        ? ({ kind: 'answered', status: 200, body: '', retryAfterMs: undefined } as const)
        : result;
    const call = { result: answer, startedMs: this.nowMs, durationMs: 0, chance: 0 };
    const to = attempted(claim, call, this.moment());
    assert.ok(to !== undefined);
    await this.#change(claim, to);
  }

  taskEntry(): Promise<TimedEvent | undefined> {
    const id = KEY.scheduleId;
    return this.#stored.find(taskKey({ task: 'schedule', application: APPLICATION, id }));
  }

  /** Moves the time on, from one call of the task to the next. */
  async pass(ms: number, ...processes: readonly Process[]): Promise<void> {
    const untilMs = this.nowMs + ms;
    await this.runTask(...processes);
    for (;;) {
      const event = await this.taskEntry();
      const nextMs = event?.state.status === 'PENDING' ? event.state.nextMs : untilMs;
      this.time.advance(Math.max(1, Math.min(nextMs, untilMs) - this.nowMs));
      await this.runTask(...processes);
      if (this.nowMs >= untilMs) return;
    }
  }

  /** The entry of a run ends well, as if it had been called. */
  async finish(eventId: string): Promise<TimedEvent> {
    const event = await this.run(eventId);
    const poller = requireUuid(this.components.ids.newId());
    const claim = claimed(event, { poller, epoch: 1, claimedMs: this.nowMs }, this.moment());
    assert.ok(claim !== undefined);
    assert.ok(await this.#change(event, claim));
    const result = { kind: 'answered', status: 200, body: '', retryAfterMs: undefined } as const;
    const call = { result, startedMs: this.nowMs, durationMs: 0, chance: 0 };
    const done = attempted(claim, call, this.moment());
    assert.ok(done !== undefined);
    assert.ok(await this.#change(claim, done));
    return done;
  }

  async run(eventId: string): Promise<TimedEvent> {
    const event = await this.#stored.find({ application: APPLICATION, eventId });
    assert.ok(event !== undefined, `no run ${eventId}`);
    return event;
  }

  async schedule(): Promise<Schedule> {
    const schedule = await this.process().schedules.find(KEY);
    assert.ok(schedule !== undefined, 'no schedule');
    return schedule;
  }

  /** All that was skipped, page by page. */
  async skipped(limit = 3): Promise<SkippedRuns[]> {
    const { schedules } = this.process();
    const found: SkippedRuns[] = [];
    let after: string | undefined;
    do {
      const page = await schedules.skippedRuns(KEY, { after, limit });
      assert.ok(page.skipped.length <= limit);
      found.push(...page.skipped);
      after = page.next;
    } while (after !== undefined);
    return found;
  }

  moment(): Moment {
    return { nowMs: this.nowMs, change: requireUuid(this.components.ids.newId()) };
  }

  end(): Promise<void> {
    return this.#cleanUp();
  }

  async #change(from: TimedEvent, to: TimedEvent): Promise<boolean> {
    return (await this.#stored.change({ from, to }, this.signal)).kind === 'changed';
  }
}

/** Event id of the run at `START_MS` and so much later. */
export function runId(afterMs: number): string {
  return `${KEY.scheduleId}@${new Date(START_MS + afterMs).toISOString()}`;
}

export type OpenWorld = () => Promise<World>;

/** Time stands still for the scheduler; a storage that waits for its disk has the real timers. */
function stillComponents(): { readonly time: FakeTime; readonly components: Components } {
  const time = new FakeTime(START_MS);
  return { time, components: { ...systemComponents(silentLogger), clock: time } };
}

export const openMemoryWorld: OpenWorld = async () => {
  const { time, components } = stillComponents();
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, components);
  return new World(time, components, backend, () => backend.close());
};

export const openEmbeddedWorld: OpenWorld = async () => {
  const { time, components } = stillComponents();
  const dataDir = await mkdtemp(join(tmpdir(), 'cassadra-schedules-'));
  const backend = await openEmbedded(embeddedSettings(dataDir), components);
  return new World(time, components, backend, async () => {
    await backend.close();
    await rm(dataDir, { recursive: true, force: true });
  });
};
