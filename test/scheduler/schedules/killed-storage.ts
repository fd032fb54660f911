import type {
  Document,
  DocumentChange,
  DocumentOutcome,
  Documents,
  TimedEventChange,
  ChangeOutcome,
  TimedEvents,
} from '../../../src/storage/index.js';
import { overriding } from '../../support/overriding.js';

/** What happens at a write. `lost`: it is made, `doubtful`: it is not, and nobody says so. */
export type Fault = 'killed-before' | 'killed-after' | 'lost' | 'doubtful';

/** The process is dead: it does nothing any more, and nobody waits for it. */
export class Killed extends Error {}

/** The writes of one process, counted from 1; at one of them there is a fault. */
export class WritesOfProcess {
  #count = 0;
  #dead = false;
  readonly #at: number;
  readonly #fault: Fault;
  /** Waited for before each read and write, and before its answer. */
  readonly #delay: () => Promise<void>;

  constructor(
    at = 0,
    fault: Fault = 'killed-before',
    delay: () => Promise<void> = () => Promise.resolve(),
  ) {
    this.#at = at;
    this.#fault = fault;
    this.#delay = delay;
  }

  /** Whether it came to the fault. */
  get wasReached(): boolean {
    return this.#at > 0 && this.#count >= this.#at;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  async read<Found>(work: () => Promise<Found>): Promise<Found> {
    if (this.#dead) throw new Killed();
    await this.#delay();
    const found = await work();
    await this.#delay();
    return found;
  }

  async write<Outcome>(
    work: () => Promise<Outcome>,
  ): Promise<Outcome | { readonly kind: 'unknown' }> {
    this.#count += 1;
    if (this.#dead || this.#count !== this.#at) return this.read(work);
    switch (this.#fault) {
      case 'killed-before':
        this.#dead = true;
        throw new Killed();
      case 'killed-after':
        this.#dead = true;
        await work();
        throw new Killed();
      case 'lost':
        await work();
        return { kind: 'unknown' };
      case 'doubtful':
        return { kind: 'unknown' };
    }
  }
}

export function documentsOf(documents: Documents, writes: WritesOfProcess): Documents {
  return overriding(documents, {
    find: (key): Promise<Document | undefined> => writes.read(() => documents.find(key)),
    change: (change: DocumentChange, signal): Promise<DocumentOutcome> =>
      writes.write(() => documents.change(change, signal)),
  });
}

export function timedEventsOf(timedEvents: TimedEvents, writes: WritesOfProcess): TimedEvents {
  return overriding(timedEvents, {
    find: (key) => writes.read(() => timedEvents.find(key)),
    change: (change: TimedEventChange, signal): Promise<ChangeOutcome> =>
      writes.write(() => timedEvents.change(change, signal)),
  });
}
