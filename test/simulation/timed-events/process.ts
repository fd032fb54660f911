import { createHash } from 'node:crypto';
import {
  seededRandom,
  silentOutput,
  timersBy,
  type Components,
  type VirtualTime,
} from '../../../src/runtime/index.js';
import { note, type World } from './world.js';

/** Offsets of the wall clocks, either way, while they are right. */
const SKEW_MS = 400;

/** Places in the work of a server where something may be planned to happen to it. */
export const POINTS = [
  'notice',
  'lane',
  'entry',
  'entry serial',
  'entry read',
  'notices',
  'lane read',
  'shard',
  'beat',
  'connected',
  'answered',
] as const;
export type Point = (typeof POINTS)[number];

interface Plan {
  readonly point: Point;
  /** Before what the point brings reaches the process, or right after it has. */
  readonly when: 'before' | 'after';
  readonly act: () => void;
}

export type ProcessState = 'running' | 'paused' | 'gone';

/**
 * The process of one server: what reaches it from outside (answers, timers, calls) goes through
 * `deliver`, so that it can be paused and killed. Has clocks of its own.
 */
export class SimulatedProcess {
  readonly name: string;
  readonly components: Components;
  readonly #world: World;
  readonly #time: VirtualTime;
  #state: ProcessState = 'running';
  #resumeMs = 0;
  #backlog: (() => void)[] = [];
  #wallOffsetMs: number;
  #stamp = 0;
  #plan: Plan | undefined;
  /** Until then the storage cannot be reached. */
  cutOffUntilMs = 0;

  constructor(world: World, name: string) {
    const { draws, time } = world;
    this.#world = world;
    this.#time = time;
    this.name = name;
    this.#wallOffsetMs = Math.round(draws.between(-SKEW_MS, SKEW_MS));
    const bootOffsetMs = draws.between(0, 1_000_000);
    this.components = {
      clock: {
        nowMs: () => this.wallMs(),
        monotonicMs: () => this.#time.nowMs + bootOffsetMs,
      },
      timers: timersBy((ms, run) => this.#after(ms, run)),
      random: seededRandom(draws.whole(0, 0xffff_ffff)),
      ids: { newId: () => draws.uuid(), nameId },
      ...silentOutput,
    };
  }

  get state(): ProcessState {
    return this.#state;
  }

  wallMs(): number {
    return Math.floor(this.#world.startMs + this.#time.nowMs + this.#wallOffsetMs);
  }

  /** The next write of this process carries it, as the driver's rising time stamps. */
  stamp(): number {
    this.#stamp = Math.max(this.#stamp + 1, this.wallMs() * 1_000);
    return this.#stamp;
  }

  deliver(run: () => void): void {
    if (this.#state === 'running') run();
    else if (this.#state === 'paused') this.#backlog.push(run);
  }

  /** Brings something to the process, at a place where it may have been planned to be struck. */
  arrive(point: string, run: () => void): void {
    const plan = this.#plan;
    if (plan?.point !== point || this.#state !== 'running' || this.#world.calm) {
      this.deliver(run);
      return;
    }
    this.#plan = undefined;
    note(this.#world, `struck ${plan.when} ${point}`, this.name);
    if (plan.when === 'before') {
      plan.act();
      this.deliver(run);
    } else {
      this.deliver(run);
      this.#time.after(0, plan.act, true);
    }
  }

  /** The next time that it gets to the point. */
  plan(plan: Plan): void {
    this.#plan = plan;
  }

  pause(ms: number): void {
    if (this.#state !== 'running') return;
    this.#state = 'paused';
    this.#world.troubles.add('process', this.#time.nowMs);
    this.#world.promises.processPaused(this.name);
    const resumeMs = this.#time.nowMs + ms;
    this.#resumeMs = resumeMs;
    this.#time.at(resumeMs, () => this.#resumeMs === resumeMs && this.resume(), true);
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    this.#world.promises.processResumed(this.name);
    const waiting = this.#world.draws.shuffled(this.#backlog);
    this.#backlog = [];
    this.#world.troubles.add('process', this.#time.nowMs);
    note(this.#world, 'resumed', `${this.name} ${waiting.length}`);
    for (const run of waiting) this.#time.after(0, () => this.deliver(run));
  }

  end(): void {
    this.#state = 'gone';
    this.#world.promises.processGone(this.name);
    this.#backlog = [];
    this.#world.troubles.add('process', this.#time.nowMs);
  }

  stepWall(ms: number): void {
    this.#wallOffsetMs += ms;
    this.#world.troubles.add('clock', this.#time.nowMs);
  }

  /** Sets the clock right, but for the skew that is allowed. */
  correctWall(): void {
    if (Math.abs(this.#wallOffsetMs) <= SKEW_MS) return;
    this.stepWall(Math.round(this.#world.draws.between(-SKEW_MS, SKEW_MS)) - this.#wallOffsetMs);
  }

  #after(ms: number, run: () => void): () => void {
    const entry = this.#time.after(ms, () => this.deliver(run));
    return () => {
      entry.cancelled = true;
    };
  }
}

/** The same of the same, as UUIDs by name are. */
export function nameId(name: string, namespace: string): string {
  const hex = createHash('sha1').update(`${namespace} ${name}`).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`];
  return [...parts, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
}
