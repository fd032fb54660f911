import { AppError, type TimedEvent, type TimedEventKey, type Uuid } from '../../../core/index.js';
import type { Components } from '../../../runtime/index.js';
import type {
  ChangeOutcome,
  DueQueue,
  TimedEventChange,
  TimedEventPage,
  TimedEventQuery,
  TimedEvents,
} from '../../../storage/index.js';
import { AbortRace } from '../../../core/index.js';
import type { Engine } from '../engine.js';
import { CommitUnknown } from '../errors.js';
import { ChangeSignal } from './change-signal.js';
import { countPending } from './count-pending.js';
import { EmbeddedDueQueue } from './due-queue.js';
import { readEntry, storedChange } from './entry-reader.js';
import { writeEntry } from './entry-writer.js';
import { listEntries } from './list.js';
import { Retention } from './retention.js';

export class EmbeddedTimedEvents implements TimedEvents {
  readonly #engine: Engine;
  readonly #components: Components;
  readonly #changes = new ChangeSignal();
  readonly #retention: Retention;
  readonly #aborts = new AbortRace();
  readonly #queues = new Set<EmbeddedDueQueue>();

  constructor(engine: Engine, components: Components) {
    this.#engine = engine;
    this.#components = components;
    this.#retention = new Retention(engine, components.clock);
  }

  async find(key: TimedEventKey): Promise<TimedEvent | undefined> {
    return readEntry(this.#engine.snapshot(), key);
  }

  change(change: TimedEventChange, signal: AbortSignal): Promise<ChangeOutcome> {
    if (signal.aborted) return Promise.resolve(ended());
    let started = false;
    const payload = payloadToWrite(change);
    const work = (): ChangeOutcome => {
      if (signal.aborted) return ended();
      started = true;
      return this.#apply(change, payload);
    };
    const written = this.#engine.commits.submit(work, payload?.byteLength ?? 0).then(
      (outcome) => {
        // nobody waits for what is no notice: it does not come into the log
        if (change.to.state.status === 'PENDING') this.#changes.wake();
        return outcome;
      },
      (error: unknown): ChangeOutcome => {
        if (error instanceof CommitUnknown) return { kind: 'unknown' };
        if (error instanceof AppError) return { kind: 'unavailable', error };
        throw error;
      },
    );
    return this.#aborts.race(written, signal, () => (started ? { kind: 'unknown' } : ended()));
  }

  async list(query: TimedEventQuery): Promise<TimedEventPage> {
    return listEntries(this.#engine.snapshot(), query);
  }

  countPending(application: string): Promise<number> {
    return countPending(this.#engine, application);
  }

  async openQueue(poller: Uuid): Promise<DueQueue> {
    const queue = new EmbeddedDueQueue(poller, {
      engine: this.#engine,
      components: this.#components,
      changes: this.#changes,
      retention: this.#retention,
    });
    await queue.open();
    this.#queues.add(queue);
    return queue;
  }

  /** Hands over what its pollers have. */
  async close(): Promise<void> {
    await Promise.all([...this.#queues].map((queue) => queue.close()));
    this.#queues.clear();
  }

  /** Within a write transaction. */
  #apply({ from, to }: TimedEventChange, payload: Uint8Array | undefined): ChangeOutcome {
    const { tables } = this.#engine;
    const stored = storedChange(tables, to.key);
    if (stored === to.change) return { kind: 'changed' };
    if (stored !== from?.change) return { kind: 'differs', current: readEntry(tables, to.key) };
    writeEntry(tables, { from, to, payload });
    return { kind: 'changed' };
  }
}

/** Undefined when it stays as it is, as with nearly all changes. */
function payloadToWrite({ from, to }: TimedEventChange): Uint8Array | undefined {
  const { payload } = to.plan;
  const before = from?.plan.payload;
  if (before === payload) return undefined;
  return before !== undefined && Buffer.compare(before, payload) === 0 ? undefined : payload;
}

function ended(): ChangeOutcome {
  const error = new AppError('UNAVAILABLE', 'the change was ended before it was written');
  return { kind: 'unavailable', error };
}
