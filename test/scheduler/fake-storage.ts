import {
  AppError,
  destinationOf,
  nextMsOf,
  summaryOf,
  type Claim,
  type TimedEvent,
  type TimedEventKey,
  type Uuid,
} from '../../src/core/index.js';
import type { FakeTime } from '../../src/runtime/index.js';
import type {
  ChangeOutcome,
  DueEntry,
  DueQueue,
  DueWindow,
  TimedEventChange,
  TimedEventPage,
  TimedEventPlace,
  TimedEventQuery,
  TimedEvents,
} from '../../src/storage/index.js';

interface Notice {
  readonly entry: Omit<DueEntry, 'epoch'>;
  /** The entry when the notice was written. */
  readonly event: TimedEvent;
  /** Infinite while a poller has it in hand. */
  freeAtMs: number;
  holder: Uuid | undefined;
}

/** `lost`: stored, but answered `unknown`. `doubtful`: not stored, and answered `unknown`. */
export type Fault = 'lost' | 'doubtful' | 'unavailable';

const placeOf = ({ key, plan }: TimedEvent): TimedEventPlace => {
  return { dueMs: plan.dueMs, eventId: key.eventId };
};

const compareText = (left: string, right: string): number => {
  return left < right ? -1 : Number(left > right);
};

function comparePlaces(left: TimedEventPlace, right: TimedEventPlace): number {
  return left.dueMs - right.dueMs || compareText(left.eventId, right.eventId);
}

const textOf = ({ application, eventId }: TimedEventKey): string => `${application}\n${eventId}`;

/** Timed events in a Map, obvious and scriptable; shared by any number of pollers. */
export class FakeStorage implements TimedEvents {
  readonly time: FakeTime;
  readonly entries = new Map<string, TimedEvent>();
  readonly notices = new Set<Notice>();
  readonly gone = new Set<Uuid>();
  readonly pollers: Uuid[] = [];
  readonly wakes = new Set<() => void>();
  changes = 0;
  /** Called before each change is looked at. */
  fault: (change: TimedEventChange) => Fault | undefined = () => undefined;
  findFails = false;
  /** Whether what is handed out remembers the entry as it was when its notice was written. */
  remembers = false;
  /** Runs before each change, as another process would. */
  before: (change: TimedEventChange) => void = () => undefined;

  constructor(time: FakeTime) {
    this.time = time;
  }

  async find(key: TimedEventKey): Promise<TimedEvent | undefined> {
    if (this.findFails) throw new AppError('UNAVAILABLE', 'the fake storage is off');
    return this.entries.get(textOf(key));
  }

  async change(change: TimedEventChange, signal: AbortSignal): Promise<ChangeOutcome> {
    const before = this.before;
    this.before = () => undefined;
    before(change);
    const fault = this.fault(change);
    if (fault === 'unavailable') {
      return { kind: 'unavailable', error: new AppError('UNAVAILABLE', 'the fake storage is off') };
    }
    if (fault === 'doubtful' || signal.aborted) return { kind: 'unknown' };
    const { from, to } = change;
    const current = this.entries.get(textOf(to.key));
    if (current?.change !== to.change) {
      if (current?.change !== from?.change) return { kind: 'differs', current };
      this.put(to);
    }
    return fault === 'lost' ? { kind: 'unknown' } : { kind: 'changed' };
  }

  /** Stores an entry, and its notice when it is pending. */
  put(event: TimedEvent): void {
    const before = this.entries.get(textOf(event.key));
    this.entries.set(textOf(event.key), event);
    this.changes += 1;
    const nextMs = nextMsOf(event);
    if (event.state.status !== 'PENDING' || nextMs === undefined) return;
    if (before?.generation === event.generation && nextMsOf(before) === nextMs) return;
    this.notice(event, nextMs);
  }

  notice(event: TimedEvent, nextMs: number): void {
    const { key, generation, plan } = event;
    const destination = destinationOf(plan.target);
    const entry = { key, generation, nextMs, destination, writtenMs: this.time.monotonicMs() };
    this.notices.add({ entry, event, freeAtMs: 0, holder: undefined });
    for (const wake of this.wakes) wake();
  }

  async list(query: TimedEventQuery): Promise<TimedEventPage> {
    const { application, statuses, fromMs, untilMs, after, limit } = query;
    const found = [...this.entries.values()]
      .filter(({ key, state }) => key.application === application && state.status !== 'DELETED')
      .filter(({ state }) => statuses.length === 0 || statuses.includes(state.status))
      .filter(({ plan }) => plan.dueMs >= fromMs && plan.dueMs < untilMs)
      .sort((left, right) => comparePlaces(placeOf(left), placeOf(right)))
      .filter((event) => after === undefined || comparePlaces(placeOf(event), after) > 0);
    const last = found[limit - 1];
    const next = last === undefined || found.length === limit ? undefined : placeOf(last);
    return { events: found.slice(0, limit).map(summaryOf), next };
  }

  async countPending(application: string): Promise<number> {
    const own = [...this.entries.values()].filter(({ key }) => key.application === application);
    return own.filter((event) => nextMsOf(event) !== undefined).length;
  }

  async openQueue(poller: Uuid): Promise<FakeQueue> {
    this.pollers.push(poller);
    return new FakeQueue(poller, this);
  }

  /** The poller is dead: others get what it had. */
  kill(poller: Uuid): void {
    this.gone.add(poller);
    for (const notice of this.notices) {
      if (notice.holder === poller) Object.assign(notice, { freeAtMs: 0, holder: undefined });
    }
    for (const wake of this.wakes) wake();
  }
}

export class FakeQueue implements DueQueue {
  readonly #poller: Uuid;
  readonly #storage: FakeStorage;
  #aheadMs = 0;
  #without: ReadonlySet<string> = new Set();

  constructor(poller: Uuid, storage: FakeStorage) {
    this.#poller = poller;
    this.#storage = storage;
  }

  async take(window: DueWindow): Promise<readonly DueEntry[]> {
    const { nowMs, fromMs, untilMs, limit, without = new Set() } = window;
    if (this.#storage.gone.has(this.#poller)) return [];
    this.#aheadMs = untilMs - nowMs;
    this.#without = without;
    const found = [...this.#storage.notices]
      .filter(({ entry, freeAtMs }) => {
        if (without.has(entry.key.application)) return false;
        return freeAtMs <= nowMs && entry.nextMs >= fromMs && entry.nextMs <= untilMs;
      })
      .sort((left, right) => left.entry.nextMs - right.entry.nextMs)
      .slice(0, limit);
    return found.map((notice) => {
      Object.assign(notice, { freeAtMs: Number.POSITIVE_INFINITY, holder: this.#poller });
      const remembered = () => (this.#storage.remembers ? notice.event : undefined);
      return { ...notice.entry, epoch: 1, remembered };
    });
  }

  holds(): boolean {
    return !this.#storage.gone.has(this.#poller);
  }

  settle(entry: DueEntry): void {
    const notice = this.#noticeOf(entry);
    if (notice !== undefined) this.#storage.notices.delete(notice);
  }

  postpone(entry: DueEntry, atMs: number): void {
    const notice = this.#noticeOf(entry);
    if (notice !== undefined) notice.freeAtMs = atMs;
  }

  isGone({ poller }: Claim): boolean {
    return this.#storage.gone.has(poller);
  }

  async arrival(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { time, wakes, notices } = this.#storage;
    const ended = new AbortController();
    const end = (): void => ended.abort();
    wakes.add(end);
    signal.addEventListener('abort', end, { once: true });
    const nowMs = time.nowMs();
    let restMs = ms;
    for (const { entry, freeAtMs } of notices) {
      if (this.#without.has(entry.key.application)) continue;
      restMs = Math.min(restMs, Math.max(freeAtMs, entry.nextMs - this.#aheadMs) - nowMs);
    }
    if (restMs > 0) await time.sleep(restMs, ended.signal);
    signal.removeEventListener('abort', end);
    wakes.delete(end);
  }

  async handOver(): Promise<void> {}

  async close(): Promise<void> {
    this.#storage.kill(this.#poller);
  }

  #noticeOf({ key, generation, nextMs }: DueEntry): Notice | undefined {
    for (const notice of this.#storage.notices) {
      const { entry, holder, freeAtMs } = notice;
      // of two for the same entry, the one that waits is not the one that was taken
      if (Number.isFinite(freeAtMs)) continue;
      if (holder === this.#poller && entry.generation === generation && entry.nextMs === nextMs) {
        if (entry.key.eventId === key.eventId) return notice;
      }
    }
    return undefined;
  }
}
