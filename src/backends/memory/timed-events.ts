import {
  nextMsOf,
  summaryOf,
  type TimedEvent,
  type TimedEventKey,
  type Uuid,
} from '../../core/index.js';
import type { Components } from '../../runtime/index.js';
import type {
  ChangeOutcome,
  DueQueue,
  TimedEventChange,
  TimedEventPage,
  TimedEventPlace,
  TimedEventQuery,
  TimedEvents,
} from '../../storage/index.js';
import { MemoryDueQueue } from './due-queue.js';
import { closedError, endedError } from './errors.js';
import { compareNames, type MemoryTables } from './schema.js';
import { TimedTable } from './timed-table.js';

export class MemoryTimedEvents implements TimedEvents {
  readonly #tables: MemoryTables;
  readonly #components: Components;
  readonly #table = new TimedTable();

  constructor(tables: MemoryTables, components: Components) {
    this.#tables = tables;
    this.#components = components;
  }

  async find(key: TimedEventKey): Promise<TimedEvent | undefined> {
    this.#tables.requireOpen();
    return this.#table.find(key);
  }

  async change({ from, to }: TimedEventChange, signal: AbortSignal): Promise<ChangeOutcome> {
    if (this.#tables.closed) return { kind: 'unavailable', error: closedError() };
    if (signal.aborted) return { kind: 'unavailable', error: endedError() };
    const current = this.#table.find(to.key);
    if (current?.change === to.change) return { kind: 'changed' };
    if (current?.change !== from?.change) return { kind: 'differs', current };
    // the caller keeps its bytes
    this.#table.put({ ...to, plan: { ...to.plan, payload: to.plan.payload.slice() } });
    return { kind: 'changed' };
  }

  async list(query: TimedEventQuery): Promise<TimedEventPage> {
    this.#tables.requireOpen();
    const found = this.#table
      .all()
      .filter((event) => isAskedFor(event, query))
      .sort((left, right) => comparePlaces(placeOf(left), placeOf(right)));
    const page = found.slice(0, query.limit);
    const last = page.at(-1);
    const next = last === undefined || found.length === page.length ? undefined : placeOf(last);
    return { events: page.map(summaryOf), next };
  }

  async countPending(application: string): Promise<number> {
    this.#tables.requireOpen();
    const own = this.#table.all().filter(({ key }) => key.application === application);
    return own.filter((event) => nextMsOf(event) !== undefined).length;
  }

  async openQueue(poller: Uuid): Promise<DueQueue> {
    this.#tables.requireOpen();
    return new MemoryDueQueue(poller, this.#table, this.#tables, this.#components);
  }
}

function isAskedFor(event: TimedEvent, query: TimedEventQuery): boolean {
  const { status } = event.state;
  const { dueMs } = event.plan;
  return (
    event.key.application === query.application &&
    status !== 'DELETED' &&
    (query.statuses.length === 0 || query.statuses.includes(status)) &&
    dueMs >= query.fromMs &&
    dueMs < query.untilMs &&
    (query.after === undefined || comparePlaces(placeOf(event), query.after) > 0)
  );
}

function placeOf({ key, plan }: TimedEvent): TimedEventPlace {
  return { dueMs: plan.dueMs, eventId: key.eventId };
}

function comparePlaces(left: TimedEventPlace, right: TimedEventPlace): number {
  return left.dueMs - right.dueMs || compareNames(left.eventId, right.eventId);
}
