import {
  AbortRace,
  AppError,
  endOf,
  type Limits,
  type StreamAppend,
  type StreamRef,
} from '../core/index.js';
import type { Components } from '../runtime/index.js';
import type { AppendOutcome, EventLog } from '../storage/index.js';
import { countAppend, countWrite, showQueue, type QueueFill } from './append-metrics.js';
import { stopping } from './open-storage.js';
import { QueuedAppend, type Caller } from './queued-append.js';

/** How much may wait or be in flight; more is refused with QUEUE_FULL. */
export interface QueueLimits {
  readonly streamAppendsMax: number;
  readonly processAppendsMax: number;
  readonly processBytesMax: number;
}

export interface AppendQueueParts {
  readonly append: EventLog['append'];
  readonly limits: Limits;
  readonly queueLimits: QueueLimits;
  readonly components: Components;
}

/** The appends of one stream: those in flight, as one request, and those that wait for it. */
interface Lane {
  readonly key: string;
  readonly stream: StreamRef;
  readonly twins: Map<string, QueuedAppend>;
  waiting: QueuedAppend[];
  flying: readonly QueuedAppend[];
}

/**
 * Keeps the appends of one process to one stream from contending: one request a stream is at the
 * port, what comes meanwhile waits and is sent together. Each append gets its own answer. An append
 * that is there already (same ids, expectation and contents) is joined, not doubled.
 */
export class AppendQueue {
  readonly #parts: AppendQueueParts;
  readonly #lanes = new Map<string, Lane>();
  /** One for each request: many listeners on a shared signal would look like a leak. */
  readonly #flights = new Set<AbortController>();
  /** One call may wait for many appends. */
  readonly #ends = new AbortRace();
  #idleWatchers: (() => void)[] = [];
  #draining = false;
  #appends = 0;
  #bytes = 0;

  constructor(parts: AppendQueueParts) {
    this.#parts = parts;
    showQueue(parts.components.metrics, () => this.#fill());
  }

  /**
   * Answers with the port's outcome. When `signal` ends the call first: rejects with its reason if
   * the append was still waiting (nothing is written), else answers `unknown` while the write goes
   * on. Rejects with QUEUE_FULL or NOT_READY when it is not taken.
   */
  append(stream: StreamRef, append: StreamAppend, signal: AbortSignal): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) throw endOf(signal);
      if (this.#draining) throw stopping();
      const lane = this.#laneOf(stream);
      const twin = twinIn(lane, append);
      const queued = twin ?? this.#admit(lane, append);
      const caller: Caller = {
        joined: twin !== undefined,
        answer(outcome) {
          stay();
          resolve(outcome);
        },
        refuse(error) {
          stay();
          reject(error);
        },
      };
      queued.callers.add(caller);
      const stay = this.#ends.watch(signal, () => this.#leave(lane, queued, caller, signal));
      this.#pump(lane);
    });
  }

  /**
   * Takes nothing more and resolves when everything is answered. After `graceMs` what waits is
   * refused and the port is told to stop resolving what is in doubt.
   */
  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    const grace = new AbortController();
    const idle = this.#idle();
    await Promise.race([idle, this.#parts.components.timers.sleep(graceMs, grace.signal)]);
    grace.abort();
    for (const lane of this.#lanes.values()) {
      for (const queued of lane.waiting) this.#forget(lane, queued).refuse(stopping());
      lane.waiting = [];
    }
    for (const flight of this.#flights) flight.abort();
    await idle;
  }

  #fill(): QueueFill {
    const { processAppendsMax, processBytesMax } = this.#parts.queueLimits;
    const [appends, bytes] = [this.#appends, this.#bytes];
    return { appends, bytes, part: Math.max(appends / processAppendsMax, bytes / processBytesMax) };
  }

  #laneOf(stream: StreamRef): Lane {
    const key = `${stream.id} ${stream.name ?? ''}`;
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    return { key, stream, twins: new Map(), waiting: [], flying: [] };
  }

  #admit(lane: Lane, append: StreamAppend): QueuedAppend {
    const queued = new QueuedAppend(append);
    this.#requireRoomFor(lane, queued);
    this.#appends += 1;
    this.#bytes += queued.bytes;
    this.#lanes.set(lane.key, lane);
    lane.waiting.push(queued);
    if (!append.freshIds) lane.twins.set(queued.key, queued);
    return queued;
  }

  #requireRoomFor(lane: Lane, { bytes }: QueuedAppend): void {
    const { streamAppendsMax, processAppendsMax, processBytesMax } = this.#parts.queueLimits;
    try {
      requireRoom('stream', lane.waiting.length + lane.flying.length + 1, streamAppendsMax);
      requireRoom('server', this.#appends + 1, processAppendsMax);
      requireRoom('server bytes', this.#bytes + bytes, processBytesMax);
    } catch (error) {
      countAppend(this.#parts.components.metrics, 'queue_full');
      throw error;
    }
  }

  /** Undoes `#admit`. */
  #forget(lane: Lane, queued: QueuedAppend): QueuedAppend {
    this.#appends -= 1;
    this.#bytes -= queued.bytes;
    if (lane.twins.get(queued.key) === queued) lane.twins.delete(queued.key);
    return queued;
  }

  #leave(lane: Lane, queued: QueuedAppend, caller: Caller, signal: AbortSignal): void {
    queued.callers.delete(caller);
    const waits = lane.waiting.includes(queued);
    if (!waits || queued.callers.size > 0) {
      // in flight, or somebody else still wants it written
      caller.answer({ kind: 'unknown' });
      return;
    }
    lane.waiting = lane.waiting.filter((other) => other !== queued);
    this.#forget(lane, queued);
    caller.refuse(endOf(signal));
  }

  #pump(lane: Lane): void {
    if (lane.flying.length > 0) return;
    lane.flying = this.#takeBatch(lane);
    if (lane.flying.length > 0) {
      void this.#fly(lane);
      return;
    }
    this.#lanes.delete(lane.key);
    if (this.#lanes.size > 0) return;
    for (const resolve of this.#idleWatchers) resolve();
    this.#idleWatchers = [];
  }

  /** As many as one write may hold, in order of arrival; the first always. */
  #takeBatch(lane: Lane): readonly QueuedAppend[] {
    const { appendEventsMax, appendBytesMax } = this.#parts.limits;
    let events = 0;
    let bytes = 0;
    let count = 0;
    for (const queued of lane.waiting) {
      events += queued.append.events.length;
      bytes += queued.bytes;
      if (count > 0 && (events > appendEventsMax || bytes > appendBytesMax)) break;
      count += 1;
    }
    return lane.waiting.splice(0, count);
  }

  async #fly(lane: Lane): Promise<void> {
    const { clock, logger, metrics } = this.#parts.components;
    const appends = lane.flying.map((queued) => queued.append);
    const flight = new AbortController();
    const begunMs = clock.monotonicMs();
    this.#flights.add(flight);
    let outcomes: readonly AppendOutcome[] = [];
    try {
      const { stream } = lane;
      outcomes = await this.#parts.append({ stream, appends, signal: flight.signal });
    } catch (error) {
      logger.error({ err: error }, 'the storage threw at an append: outcome unknown');
    }
    this.#flights.delete(flight);
    countWrite(metrics, appends.length, clock.monotonicMs() - begunMs);
    lane.flying.forEach((queued, index) => {
      const outcome = outcomes[index] ?? { kind: 'unknown' };
      countAppend(metrics, outcome.kind, queued);
      this.#forget(lane, queued).settle(outcome);
    });
    lane.flying = [];
    this.#pump(lane);
  }

  #idle(): Promise<void> {
    if (this.#lanes.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleWatchers.push(resolve));
  }
}

function twinIn(lane: Lane, append: StreamAppend): QueuedAppend | undefined {
  if (append.freshIds) return undefined;
  const candidate = lane.twins.get(append.events[0]?.eventId ?? '');
  return candidate?.isTwinOf(append) === true ? candidate : undefined;
}

function requireRoom(place: string, wanted: number, limit: number): void {
  if (wanted <= limit) return;
  throw new AppError('QUEUE_FULL', `too many appends wait: the limit of the ${place} is ${limit}`, {
    limit: String(limit),
  });
}
