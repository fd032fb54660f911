import { SavetimeAllocator, type NewEvent } from '../../../core/index.js';

/** Savetimes of sound servers are closer to the clock: twice the allowed skew, and a ceiling. */
const AHEAD_MAX_MS = 2_000;

/** An append that has a savetime and is not yet known to be in the view. */
export interface OpenWrite {
  /** One for each event, not falling. */
  readonly savetimesMs: readonly number[];
  readonly lowestMs: number;
  readonly highestMs: number;
  /** The registration of this server under which it got its savetime. */
  readonly epoch: number;
  readonly openedAtMonotonicMs: number;
}

export interface OpenRequest {
  readonly nowMs: number;
  readonly monotonicMs: number;
  readonly epoch: number;
  /** Above the stream's own last savetime. */
  readonly floorMs: number;
  readonly events: readonly NewEvent[];
}

/**
 * The unfinished appends of this process, and the mark below which it will write no more. Pure:
 * times are arguments.
 */
export class WriteRegister {
  readonly #savetimes = new SavetimeAllocator();
  readonly #open = new Set<OpenWrite>();
  #floorMs = 0;
  #usedMs = 0;
  #ackedMs = 0;
  #onChange: (() => void)[] = [];

  /** Gives savetimes that no published mark or foreign ceiling lies above. */
  open(request: OpenRequest): OpenWrite {
    const floorMs = Math.max(request.nowMs, request.floorMs, this.#floorMs);
    const savetimesMs = this.#savetimes.allocate(floorMs, request.events);
    const write: OpenWrite = {
      savetimesMs,
      lowestMs: savetimesMs[0] ?? floorMs,
      highestMs: savetimesMs.at(-1) ?? floorMs,
      epoch: request.epoch,
      openedAtMonotonicMs: request.monotonicMs,
    };
    this.#open.add(write);
    this.#usedMs = Math.max(this.#usedMs, write.highestMs);
    return write;
  }

  has(write: OpenWrite): boolean {
    return this.#open.has(write);
  }

  /** Takes out a write that is in the view, or that never happened. */
  close(write: OpenWrite): void {
    if (!this.#open.delete(write)) return;
    const listeners = this.#onChange;
    this.#onChange = [];
    for (const listener of listeners) listener();
  }

  /** Takes out what has been open for longer, and answers it. The feed may miss these. */
  closeOlderThan(monotonicMs: number, ageMs: number): readonly OpenWrite[] {
    const old = [...this.#open].filter((w) => monotonicMs - w.openedAtMonotonicMs > ageMs);
    for (const write of old) this.close(write);
    return old;
  }

  /**
   * The caller was told of a write with this savetime: readers must soon see it. One far in the
   * future (a stream that a wrong clock has written to) is seen when its time comes, and drags
   * nobody else there.
   */
  acknowledge(savetimeMs: number, nowMs: number): void {
    if (savetimeMs > nowMs + AHEAD_MAX_MS) return;
    this.#ackedMs = Math.max(this.#ackedMs, savetimeMs);
  }

  get ackedMs(): number {
    return this.#ackedMs;
  }

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  get size(): number {
    return this.#open.size;
  }

  /** When the oldest was registered; undefined: there is none. */
  get oldestMonotonicMs(): number | undefined {
    const [oldest] = this.#open;
    return oldest?.openedAtMonotonicMs;
  }

  /** From now on no savetime and no mark is below `floorMs`. */
  raiseFloor(floorMs: number): void {
    this.#floorMs = Math.max(this.#floorMs, floorMs);
  }

  /** No write to come, and none unfinished, has a savetime below it. Never falls. */
  mark(nowMs: number): number {
    const usedMs = Math.min(this.#usedMs + 1, nowMs + AHEAD_MAX_MS);
    let markMs = Math.max(nowMs, usedMs, this.#floorMs);
    for (const write of this.#open) markMs = Math.min(markMs, write.lowestMs);
    this.raiseFloor(markMs);
    return markMs;
  }

  /** Resolves when a write leaves the register. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#onChange.push(resolve));
  }
}
