import type { Draws } from './draws.js';

/** Moments lie on a grid, so that several things often happen at once. */
const PER_MS = 4;
const SAME_TURN_CHANCE = 0.5;
/** So often the event loop gets its turn: for rejections that nobody handles, and for messages. */
const LOOP_TURN_EVERY = 512;

export interface Scheduled {
  readonly atMs: number;
  /** Runs in a turn of its own: no continuation is pending before or after. */
  readonly alone: boolean;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

function before(left: Scheduled, right: Scheduled): boolean {
  return left.atMs === right.atMs ? left.order < right.order : left.atMs < right.atMs;
}

/**
 * The one time of a simulation: a queue of what happens when. After each thing all promises run
 * on to where they wait again; things of one moment sometimes share that turn, as answers do that
 * are read from a socket together. Nothing else moves, so a seed gives one history.
 */
export class VirtualTime {
  readonly #draws: Draws;
  readonly #heap: Scheduled[] = [];
  #nowMs = 0;
  #order = 0;
  #turns = 0;

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  at(atMs: number, run: () => void, alone = false): Scheduled {
    const moment = Math.ceil(Math.max(atMs, this.#nowMs) * PER_MS) / PER_MS;
    this.#order += 1;
    const entry: Scheduled = { atMs: moment, alone, order: this.#order, run, cancelled: false };
    this.#push(entry);
    return entry;
  }

  after(ms: number, run: () => void, alone = false): Scheduled {
    return this.at(this.#nowMs + ms, run, alone);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /** Lets time pass until `done`. Rejects when that is not before `untilMs`. */
  run(done: () => boolean, untilMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = (): void => {
        try {
          if (this.#turn(done, untilMs)) resolve();
          else this.#whenSettled(step);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      this.#whenSettled(step);
    });
  }

  /** One turn: true once all is done. */
  #turn(done: () => boolean, untilMs: number): boolean {
    while (!done()) {
      const entry = this.#pop();
      if (entry === undefined) throw new Error('the simulation has come to a standstill');
      if (entry.cancelled) continue;
      if (entry.atMs > untilMs) throw new Error(`not done after ${untilMs} ms`);
      this.#nowMs = entry.atMs;
      entry.run();
      if (!this.#shareTurn(entry)) return false;
    }
    return true;
  }

  /** A tick that a microtask asks for comes when no microtask is left; it costs little. */
  #whenSettled(step: () => void): void {
    this.#turns += 1;
    if (this.#turns % LOOP_TURN_EVERY === 0) setImmediate(step);
    else queueMicrotask(() => process.nextTick(step));
  }

  #shareTurn(entry: Scheduled): boolean {
    const next = this.#heap[0];
    if (entry.alone || next === undefined || next.alone || next.atMs !== entry.atMs) return false;
    return this.#draws.chance(SAME_TURN_CHANCE);
  }

  #push(entry: Scheduled): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const up = (index - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || before(parent, entry)) break;
      heap[index] = parent;
      heap[up] = entry;
      index = up;
    }
  }

  #pop(): Scheduled | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      let least = heap[child];
      if (least === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && before(right, least)) {
        least = right;
        child += 1;
      }
      if (!before(least, last)) break;
      heap[index] = least;
      index = child;
    }
    heap[index] = last;
    return top;
  }
}
