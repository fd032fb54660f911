import assert from 'node:assert/strict';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../../src/backends/memory/index.js';
import type { CallLimits } from '../../../src/core/index.js';
import {
  Draws,
  silentOutput,
  timersBy,
  VirtualTime,
  type Components,
} from '../../../src/runtime/index.js';
import { SharedLimits } from '../../../src/scheduler/index.js';
import type { Documents } from '../../../src/storage/index.js';
import { UnsteadyDocuments, type Trouble } from './unsteady-documents.js';

const PLACE = { application: 'app', destination: 'http://d.test:1' };
const START_MS = 1_700_000_000_000;
/** A poller that stood still for longer may be taken for gone: its last beat is some older. */
const STANDSTILL_MAX_MS = 9_000;

export interface LimitProfile {
  readonly pollers: number;
  readonly limits: CallLimits;
  readonly overMs: number;
  readonly trouble: Trouble;
  /** How often a process dies (and another begins), or stands still for a while, in 10 s. */
  readonly deaths: number;
  readonly pauses: number;
  readonly pauseMs: readonly [from: number, to: number];
  /** Calls that come in a second, to each poller. */
  readonly demand: number;
  readonly callMs: readonly [from: number, to: number];
}

interface Call {
  readonly poller: LimitedProcess;
  /** False once its poller has stood still for so long that others may have its slot. */
  counts: boolean;
}

/** Pollers that share one limit, with clocks, troubles and ends of their own. */
export class LimitSimulation {
  readonly time: VirtualTime;
  readonly draws: Draws;
  readonly profile: LimitProfile;
  readonly documents: Documents;
  limits: CallLimits;
  /** Calls that began, by the second of the clock of who began them. */
  readonly begun: { readonly second: number; readonly atMs: number; readonly poller: string }[] =
    [];
  readonly active = new Set<Call>();
  mostActive = 0;
  /** Calls of the storage, by all pollers. */
  reads = 0;
  writes = 0;
  over: string[] = [];
  readonly #processes: LimitedProcess[] = [];
  #names = 0;

  constructor(seed: number, profile: LimitProfile) {
    this.draws = new Draws(seed);
    this.time = new VirtualTime(this.draws);
    this.profile = profile;
    this.limits = profile.limits;
    const components = componentsOf(this, 0, () => true);
    this.documents = openMemory(DEFAULT_MEMORY_SETTINGS, components).documents;
  }

  async run(): Promise<void> {
    const { pollers, overMs, deaths, pauses } = this.profile;
    for (let index = 0; index < pollers; index += 1) this.#begin();
    for (let atMs = 1_000; atMs < overMs; atMs += 1_000) {
      this.time.at(atMs, () => {
        if (this.draws.chance(deaths / 10)) this.#replaceOne();
        if (this.draws.chance(pauses / 10)) {
          this.draws.pick(this.#processes).pause(this.draws.between(...this.profile.pauseMs));
        }
      });
    }
    let done = false;
    this.time.at(overMs, () => {
      done = true;
    });
    await this.time.run(() => done, overMs + 1);
    assert.deepEqual(this.over, []);
  }

  countActive(): number {
    return [...this.active].filter(({ counts }) => counts).length;
  }

  note(poller: LimitedProcess): Call {
    const second = Math.floor(poller.components.clock.nowMs() / 1_000);
    this.begun.push({ second, atMs: this.time.nowMs, poller: poller.name });
    const call = { poller, counts: true };
    this.active.add(call);
    const active = this.countActive();
    this.mostActive = Math.max(this.mostActive, active);
    const { concurrency } = this.limits;
    if (concurrency !== undefined && active > concurrency) {
      this.over.push(`${active} calls at ${this.time.nowMs} ms, by ${poller.name}`);
    }
    return call;
  }

  /** The most calls of one numbered second. */
  mostInASecond(): number {
    const counts = new Map<number, number>();
    for (const { second } of this.begun) counts.set(second, (counts.get(second) ?? 0) + 1);
    return Math.max(0, ...counts.values());
  }

  #begin(): void {
    this.#names += 1;
    this.#processes.push(new LimitedProcess(this, `p${this.#names}`));
  }

  #replaceOne(): void {
    const index = this.draws.whole(0, this.#processes.length - 1);
    this.#processes[index]?.kill();
    this.#processes.splice(index, 1);
    this.#begin();
  }
}

/** One poller: calls come, wait for the limit, are claimed, begin and end. */
export class LimitedProcess {
  readonly name: string;
  readonly components: Components;
  readonly #world: LimitSimulation;
  readonly #limits: SharedLimits;
  #waiting = 0;
  #alive = true;
  #pausedUntilMs = 0;

  constructor(world: LimitSimulation, name: string) {
    this.name = name;
    this.#world = world;
    const { draws, time, profile } = world;
    this.components = componentsOf(world, draws.between(-400, 400), () => this.isRunning());
    const unsteady = new UnsteadyDocuments(world.documents, time, draws, () => profile.trouble);
    this.#limits = new SharedLimits({
      policies: {
        fresh: true,
        application: () => ({ priority: 'normal', ...world.limits }),
        destination: () => ({}),
        disable: () => Promise.resolve(),
      },
      documents: () => ({
        find: (key) => {
          world.reads += 1;
          return this.#deliver(unsteady.find(key));
        },
        change: (change) => {
          world.writes += 1;
          return this.#deliver(unsteady.change(change));
        },
        list: (query) => this.#deliver(unsteady.list(query)),
        revision: (scope) => this.#deliver(unsteady.revision(scope)),
      }),
      components: this.components,
      poller: name,
      waiting: () => this.#waiting,
      granted: () => this.#admit(),
    });
    this.#arrive();
  }

  isRunning(): boolean {
    return this.#alive && this.#world.time.nowMs >= this.#pausedUntilMs;
  }

  kill(): void {
    this.#alive = false;
    for (const call of this.#world.active) {
      if (call.poller === this) this.#world.active.delete(call);
    }
  }

  pause(ms: number): void {
    const { time, active } = this.#world;
    const untilMs = time.nowMs + ms;
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, untilMs);
    if (ms < STANDSTILL_MAX_MS) return;
    time.after(STANDSTILL_MAX_MS, () => {
      for (const call of active) if (call.poller === this) call.counts = false;
    });
  }

  /** Once it runs again; never when it is dead. */
  async #deliver<Answer>(work: Promise<Answer>): Promise<Answer> {
    try {
      return await work;
    } finally {
      await this.resumed();
    }
  }

  async resumed(): Promise<void> {
    const { time } = this.#world;
    while (!this.isRunning()) {
      await (this.#alive ? time.sleep(this.#pausedUntilMs - time.nowMs) : new Promise(() => {}));
    }
  }

  #arrive(): void {
    const { draws, profile, time } = this.#world;
    time.after(draws.between(0, 2_000 / profile.demand), () => {
      if (!this.#alive) return;
      if (this.isRunning()) {
        this.#waiting += 1;
        this.#admit();
      }
      this.#arrive();
    });
  }

  #admit(): void {
    while (this.#waiting > 0) {
      const limit = this.#limits.blockedBy(PLACE);
      if (limit !== undefined) {
        this.#limits.ask(limit);
        return;
      }
      this.#waiting -= 1;
      void this.#call();
    }
  }

  async #call(): Promise<void> {
    const { draws, time, profile } = this.#world;
    const permit = this.#limits.permit(PLACE);
    await this.#deliver(time.sleep(draws.chance(0.02) ? 1_500 : draws.skewed(2, 100)));
    if (!permit.begin()) {
      permit.end();
      await this.#deliver(time.sleep(100));
      this.#waiting += 1;
      this.#admit();
      return;
    }
    const call = this.#world.note(this);
    // the receiver does not stand still when the poller does
    await time.sleep(draws.skewed(...profile.callMs));
    this.#world.active.delete(call);
    await this.resumed();
    permit.end();
    this.#admit();
  }
}

function componentsOf(
  { time, draws }: LimitSimulation,
  offsetMs: number,
  isRunning: () => boolean,
): Components {
  const timers = timersBy((ms, run) => {
    const entry = time.after(ms, run);
    return () => {
      entry.cancelled = true;
    };
  });
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    if (signal?.aborted === true) return;
    await timers.sleep(ms, signal);
    while (!isRunning()) await time.sleep(100);
  };
  return {
    clock: { nowMs: () => START_MS + time.nowMs + offsetMs, monotonicMs: () => time.nowMs },
    timers: { ...timers, sleep },
    random: draws.random,
    ids: { newId: () => draws.uuid(), nameId: () => draws.uuid() },
    ...silentOutput,
  };
}
