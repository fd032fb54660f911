import {
  seededRandom,
  silentOutput,
  timersBy,
  type Components,
  type VirtualTime,
} from '../../../runtime/index.js';
import { WILD_MS } from './profile.js';
import { note, type World } from './world.js';

/** Wall clocks start here. */
const EPOCH_MS = 1_700_000_000_000;
/** Offsets of the wall clocks, either way. */
const SKEW_MS = 450;
const WINDOW_MS = 5_000;
const TROUBLE_MAX_MS = 2_000;

/** Places in the work of a server where something may be planned to happen to it. */
export const POINTS = ['marks read', 'mark written', 'batch lost', 'batch answered'] as const;
export type Point = (typeof POINTS)[number];

interface Plan {
  readonly point: Point;
  readonly what: string;
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
  readonly #trouble: { readonly atMs: number; readonly ms: number }[] = [];
  #state: ProcessState = 'running';
  #backlog: (() => void)[] = [];
  #wallOffsetMs: number;
  #plan: Plan | undefined;
  /** Until then no write to `feed_marks` succeeds. */
  marksOutUntilMs = 0;
  /** Conditional batches that may still be applied. */
  inFlight = 0;

  constructor(world: World, name: string, wallOffsetMs?: number) {
    this.#world = world;
    this.#time = world.time;
    this.name = name;
    this.#wallOffsetMs = wallOffsetMs ?? this.#drawOffset();
    const bootOffsetMs = world.draws.between(0, 1_000_000);
    this.components = {
      clock: {
        nowMs: () => EPOCH_MS + Math.floor(this.#time.nowMs + this.#wallOffsetMs),
        monotonicMs: () => this.#time.nowMs + bootOffsetMs,
      },
      timers: timersBy((ms, run) => this.#after(ms, run)),
      random: seededRandom(world.draws.whole(0, 0xffff_ffff)),
      ids: { newId: () => world.draws.uuid(), nameId: () => world.draws.uuid() },
      ...silentOutput,
    };
  }

  get state(): ProcessState {
    return this.#state;
  }

  deliver(run: () => void): void {
    if (this.#state === 'running') run();
    else if (this.#state === 'paused') this.#backlog.push(run);
  }

  pause(ms: number): void {
    this.#state = 'paused';
    this.#time.after(ms, () => this.resume(), true);
  }

  /** What happens to the next batch, if that is settled already. */
  nextBatch: 'batch lost' | 'batch late' | undefined;

  /** Acts as soon as the server gets to the point with nothing in flight that it has sent. */
  plan(plan: Plan): void {
    this.#plan = plan;
    if (plan.point === 'batch lost') this.nextBatch = 'batch lost';
  }

  /** The server is at `point` now, and goes on to what comes next within `forMs`. */
  reach(point: string, forMs: number): void {
    const plan = this.#plan;
    if (plan?.point !== point) return;
    const act = (): void => {
      if (this.#state !== 'running' || this.inFlight > 0 || this.#plan !== plan) return;
      if (this.#world.calm) return;
      this.#plan = undefined;
      note(this.#world, `${plan.what} at ${point}`, this.name);
      plan.act();
    };
    this.#time.after(this.#world.draws.between(0, forMs), act, true);
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    const waiting = this.#world.draws.shuffled(this.#backlog);
    this.#backlog = [];
    note(this.#world, 'resumed', `${this.name} ${waiting.length}`);
    for (const run of waiting) this.#time.after(0, () => this.deliver(run));
  }

  end(): void {
    this.#state = 'gone';
    this.#backlog = [];
  }

  jumpWall(): void {
    this.#wallOffsetMs = this.#drawOffset();
  }

  /**
   * Whether this server may be troubled for `ms`: not so often that an append stays undecided or
   * unseen until it has to be given up.
   */
  takesTrouble(ms: number): boolean {
    if (this.#world.calm) return false;
    if (this.#world.profile.mode === 'storms') return true;
    const nowMs = this.#time.nowMs;
    while (this.#trouble[0] !== undefined && this.#trouble[0].atMs < nowMs - WINDOW_MS) {
      this.#trouble.shift();
    }
    const sum = this.#trouble.reduce((total, trouble) => total + trouble.ms, ms);
    if (sum > TROUBLE_MAX_MS) return false;
    this.#trouble.push({ atMs: nowMs, ms });
    return true;
  }

  #drawOffset(): number {
    const { draws, profile } = this.#world;
    const farMs = profile.mode === 'wild clocks' ? draws.pick([-WILD_MS, 0, WILD_MS]) : 0;
    return Math.round(farMs + draws.between(-SKEW_MS, SKEW_MS));
  }

  #after(ms: number, run: () => void): () => void {
    const entry = this.#time.after(ms, () => this.deliver(run));
    return () => {
      entry.cancelled = true;
    };
  }
}
