import {
  destinationOf,
  MinHeap,
  nextMsOf,
  type TimedEvent,
  type TimedEventKey,
} from '../../../src/core/index.js';
import type {
  ChangeOutcome,
  DueEntry,
  DueQueue,
  DueWindow,
  TimedEventChange,
  TimedEventPage,
  TimedEvents,
} from '../../../src/storage/index.js';

interface Backlog {
  readonly late: MinHeap<DueEntry>;
  readonly due: MinHeap<DueEntry>;
}

const textOf = ({ application, eventId }: TimedEventKey): string => `${application}\n${eventId}`;
const byTime = (): MinHeap<DueEntry> => new MinHeap((one, other) => one.nextMs < other.nextMs);

/** Hundreds of thousands of entries for one poller, quick to take from; nothing goes wrong here. */
export class BacklogStorage implements TimedEvents, DueQueue {
  readonly #entries = new Map<string, TimedEvent>();
  readonly #backlogs = new Map<string, Backlog>();
  readonly #postponed = new MinHeap<{ readonly atMs: number; readonly entry: DueEntry }>(
    (one, other) => one.atMs < other.atMs,
  );
  readonly #nap: (ms: number, signal: AbortSignal) => Promise<void>;
  takes = 0;
  handedOut = 0;

  constructor(nap: (ms: number, signal: AbortSignal) => Promise<void>) {
    this.#nap = nap;
  }

  async find(key: TimedEventKey): Promise<TimedEvent | undefined> {
    return this.#entries.get(textOf(key));
  }

  async change({ from, to }: TimedEventChange): Promise<ChangeOutcome> {
    const current = this.#entries.get(textOf(to.key));
    if (current?.change !== from?.change) return { kind: 'differs', current };
    this.put(to);
    return { kind: 'changed' };
  }

  put(event: TimedEvent): void {
    const { key, generation, plan } = event;
    const before = this.#entries.get(textOf(key));
    this.#entries.set(textOf(key), event);
    const nextMs = nextMsOf(event);
    if (nextMs === undefined || (before && nextMsOf(before) === nextMs)) return;
    const destination = destinationOf(plan.target);
    const writtenMs = Number.NEGATIVE_INFINITY;
    this.#add({ key, generation, nextMs, destination, writtenMs, epoch: 1 });
  }

  async list(): Promise<TimedEventPage> {
    return { events: [], next: undefined };
  }

  async countPending(): Promise<number> {
    return 0;
  }

  async openQueue(): Promise<DueQueue> {
    return this;
  }

  async take({ nowMs, fromMs, untilMs, limit, without }: DueWindow): Promise<readonly DueEntry[]> {
    this.takes += 1;
    while ((this.#postponed.top?.atMs ?? Number.POSITIVE_INFINITY) <= nowMs) {
      const free = this.#postponed.pop();
      if (free !== undefined) this.#add(free.entry);
    }
    const heaps = [...this.#backlogs]
      .filter(([application]) => without?.has(application) !== true)
      .flatMap(([, backlog]) => {
        setLateApart(backlog, fromMs);
        return fromMs > 0 ? [backlog.due] : [backlog.late, backlog.due];
      });
    const taken: DueEntry[] = [];
    while (taken.length < limit) {
      const first = heaps.reduce(
        (best, heap) => (firstMs(heap) < firstMs(best) ? heap : best),
        byTime(),
      );
      const entry = firstMs(first) > untilMs ? undefined : first.pop();
      if (entry === undefined) break;
      taken.push(entry);
    }
    this.handedOut += taken.length;
    return taken;
  }

  holds(): boolean {
    return true;
  }

  settle(): void {}

  postpone(entry: DueEntry, atMs: number): void {
    this.#postponed.push({ atMs, entry });
  }

  isGone(): boolean {
    return false;
  }

  arrival(ms: number, signal: AbortSignal): Promise<void> {
    return this.#nap(ms, signal);
  }

  async handOver(): Promise<void> {}

  async close(): Promise<void> {}

  #add(entry: DueEntry): void {
    const { application } = entry.key;
    const backlog = this.#backlogs.get(application) ?? { late: byTime(), due: byTime() };
    this.#backlogs.set(application, backlog);
    backlog.due.push(entry);
  }
}

const firstMs = (heap: MinHeap<DueEntry>): number => heap.top?.nextMs ?? Number.POSITIVE_INFINITY;

/** What is older than `fromMs` does not stand before what is on time. */
function setLateApart({ late, due }: Backlog, fromMs: number): void {
  while (firstMs(due) < fromMs) {
    const old = due.pop();
    if (old !== undefined) late.push(old);
  }
}
