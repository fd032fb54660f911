import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { TimedEvent, TimedEventKey } from '../../../src/core/index.js';
import type { ChangeOutcome, TimedEventChange, TimedEvents } from '../../../src/storage/index.js';
import { changeIn, freshApplication, newEntry, plain, type TimedEventsFactory } from './kit.js';
import { listAll } from './lists.js';
import { dueMsOf, follow, timedSteps, type Step } from './model-steps.js';

export interface TimedModelOptions {
  readonly runs: number;
  /** Most steps of a run; half as many on average. */
  readonly length: number;
  readonly timeoutMs: number;
}

type Of<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;

const OPEN_TIMEOUT_MS = 180_000;
const EVENT_IDS = ['a', '\u{1f600}', '\uffff'];

/** From CASSADRA_TEST_SEED, so that a failure can be played again; else a new one. */
function chooseSeed(): number {
  const given = Number(process.env['CASSADRA_TEST_SEED']);
  return Number.isInteger(given) && given !== 0 ? given : Date.now() % 2_147_483_647;
}

/** Random changes and lists, on a storage and on the reference side by side. */
export function exerciseTimedModel(
  name: string,
  { reference, other }: Readonly<Record<'reference' | 'other', TimedEventsFactory>>,
  { runs, length, timeoutMs }: TimedModelOptions,
): void {
  describe(`model of timed events ${name}`, () => {
    const opened: Awaited<ReturnType<TimedEventsFactory>>[] = [];
    before(async () => opened.push(await reference(), await other()), { timeout: OPEN_TIMEOUT_MS });
    after(() => Promise.all(opened.map((storage) => storage.cleanup())), {
      timeout: OPEN_TIMEOUT_MS,
    });

    test(`${runs} runs like the memory reference`, { timeout: timeoutMs }, async (t) => {
      const seed = chooseSeed();
      t.diagnostic(`CASSADRA_TEST_SEED=${seed}`);
      const [left, right] = opened.map(({ timedEvents }) => timedEvents);
      assert.ok(left && right);
      const seen = new Map<string, number>();
      const property = fc.asyncProperty(timedSteps(length), async (steps) => {
        const run = new TimedRun(left, right, seen);
        for (const step of steps) await run.step(step);
        await run.compareAll();
      });
      const interruptAfterTimeLimit = timeoutMs - 5_000;
      const options = { interruptAfterTimeLimit, markInterruptAsFailure: true };
      await fc.assert(property, { seed, numRuns: runs, ...options });
      t.diagnostic(JSON.stringify(Object.fromEntries(seen)));
      for (const kind of ['changed', 'differs']) assert.ok(seen.has(kind), `${kind} was reached`);
    });
  });
}

class TimedRun {
  readonly #left: TimedEvents;
  readonly #right: TimedEvents;
  readonly #seen: Map<string, number>;
  readonly #applications = [freshApplication(), freshApplication()];
  readonly #keys: readonly TimedEventKey[];
  readonly #history = new Map<TimedEventKey, TimedEvent[]>();
  readonly #changes: TimedEventChange[] = [];

  constructor(left: TimedEvents, right: TimedEvents, seen: Map<string, number>) {
    this.#left = left;
    this.#right = right;
    this.#seen = seen;
    this.#keys = this.#applications.flatMap((application) =>
      EVENT_IDS.map((eventId) => ({ application, eventId })),
    );
  }

  async step(step: Step): Promise<void> {
    switch (step.kind) {
      case 'add':
        return this.#add(step);
      case 'change':
        return this.#follow(step);
      case 'repeat': {
        const change = this.#changes[step.of % Math.max(1, this.#changes.length)];
        return change && this.#change(change);
      }
      case 'find':
        await this.#same(async (side) => plain(await side.find(this.#keyOf(step.key))));
        return;
      case 'list':
        return this.#list(step);
    }
  }

  async compareAll(): Promise<void> {
    for (const key of this.#keys) await this.#same(async (side) => plain(await side.find(key)));
    for (const application of this.#applications) {
      await this.#same((side) => listAll(side, { application, limit: 2 }));
    }
  }

  #add({ key, due, size }: Of<'add'>): Promise<void> {
    const plan = { dueMs: dueMsOf(due), payload: Buffer.alloc(size, due) };
    return this.#change({ from: undefined, to: newEntry(this.#keyOf(key), plan) });
  }

  async #follow({ key, arrow, due, back }: Of<'change'>): Promise<void> {
    const from = this.#history.get(this.#keyOf(key))?.at(-1 - back);
    const to = from && follow(arrow, from, due);
    if (to !== undefined) await this.#change({ from, to });
  }

  async #change(change: TimedEventChange): Promise<void> {
    const outcome = await this.#same(async (side) => {
      return comparable(await changeIn(side, change.from, change.to));
    });
    this.#seen.set(outcome.kind, (this.#seen.get(outcome.kind) ?? 0) + 1);
    this.#changes.push(change);
    if (outcome.kind !== 'changed') return;
    const { to } = change; // all of them share the key of the run
    const history = this.#history.get(to.key) ?? [];
    if (history.at(-1) !== to) history.push(to);
    this.#history.set(to.key, history);
  }

  async #list({ application, from, until, statuses, limit }: Of<'list'>): Promise<void> {
    const name = this.#applications[application % this.#applications.length] ?? '';
    const range = { fromMs: dueMsOf(from), untilMs: dueMsOf(until) };
    await this.#same((side) => listAll(side, { application: name, ...range, statuses, limit }));
  }

  #keyOf(number: number): TimedEventKey {
    const key = this.#keys[number % this.#keys.length];
    assert.ok(key);
    return key;
  }

  /** Asks both sides; their answers must be equal. */
  async #same<Answer>(ask: (side: TimedEvents) => Promise<Answer>): Promise<Answer> {
    const wanted = await ask(this.#left);
    assert.deepEqual(await ask(this.#right), wanted);
    return wanted;
  }
}

function comparable(outcome: ChangeOutcome): { readonly kind: string; readonly current?: unknown } {
  if (outcome.kind !== 'differs') return { kind: outcome.kind };
  return { kind: outcome.kind, current: plain(outcome.current) };
}
