import { setTimeout as pause } from 'node:timers/promises';
import type { Arrival } from './arrival.js';
import { BATCH_MAX, type SchedulerCalls, type Wish } from './scheduler-calls.js';

/** Events are added this long before they are due at first, then in step. */
const AHEAD_MS = 3_000;
const STEP_MS = 250;

export interface LoadShape {
  readonly name: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly url: string;
}

/** Events due in even steps from `fromMs` on. */
export function evenly(shape: LoadShape, fromMs: number): readonly Wish[] {
  const { name, perSecond, seconds, url } = shape;
  return Array.from({ length: perSecond * seconds }, (_, index) => ({
    eventId: `${name}-${index}`,
    dueMs: fromMs + Math.floor((index * 1_000) / perSecond),
    url,
  }));
}

/** Adds all, in batches, a few at once. */
export async function addAll(calls: SchedulerCalls, wishes: readonly Wish[]): Promise<void> {
  const lanes = 4;
  const batches = Array.from({ length: Math.ceil(wishes.length / BATCH_MAX) }, (_, index) =>
    wishes.slice(index * BATCH_MAX, (index + 1) * BATCH_MAX),
  );
  const lane = async (): Promise<void> => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      await calls.addBatch(batch);
    }
  };
  await Promise.all(Array.from({ length: lanes }, () => lane()));
}

/** So many due each second; they are added while others fire. */
export class SteadyLoad {
  readonly #calls: SchedulerCalls;
  readonly #shape: LoadShape;
  readonly #acknowledgedMs = new Map<string, number>();
  /** Due time of the first event. */
  readonly startMs = Date.now() + AHEAD_MS;
  /** Resolves when the last event is acknowledged. Rejects when one cannot be added. */
  readonly added: Promise<void>;

  constructor(calls: SchedulerCalls, shape: LoadShape) {
    this.#calls = calls;
    this.#shape = shape;
    this.added = this.#run();
    // whoever waits for it hears of it; a test that ended earlier for another reason need not
    this.added.catch(() => undefined);
  }

  get acknowledged(): ReadonlySet<string> {
    return new Set(this.#acknowledgedMs.keys());
  }

  /** What was acknowledged after its due time can only be late from there on. */
  readonly fromMs = ({ eventId, dueMs, atMs }: Arrival): number =>
    Math.max(dueMs, Math.min(atMs, this.#acknowledgedMs.get(eventId) ?? dueMs));

  /** How many were acknowledged after their due time. */
  lateAdds(arrivals: readonly Arrival[]): number {
    return arrivals.filter(({ eventId, dueMs }) => {
      return (this.#acknowledgedMs.get(eventId) ?? 0) > dueMs;
    }).length;
  }

  async #run(): Promise<void> {
    const wishes = [...evenly(this.#shape, this.startMs)];
    const stepEvents = Math.ceil((this.#shape.perSecond * STEP_MS) / 1_000);
    const adding: Promise<void>[] = [];
    while (wishes.length > 0) {
      const step = wishes.splice(0, Math.min(stepEvents, BATCH_MAX));
      // the pace of the load: steps that are late come at once
      await pause(Math.max(0, (step[0]?.dueMs ?? 0) - AHEAD_MS - Date.now()));
      const added = this.#add(step);
      added.catch(() => undefined);
      adding.push(added);
    }
    await Promise.all(adding);
  }

  async #add(step: readonly Wish[]): Promise<void> {
    await this.#calls.addBatch(step);
    const nowMs = Date.now();
    for (const { eventId } of step) this.#acknowledgedMs.set(eventId, nowMs);
  }
}
