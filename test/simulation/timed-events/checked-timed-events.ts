import type { TimedEvent, TimedEventKey, Uuid } from '../../../src/core/index.js';
import type {
  ChangeOutcome,
  DueQueue,
  TimedEventChange,
  TimedEventPage,
  TimedEventQuery,
  TimedEvents,
} from '../../../src/storage/index.js';
import { keyText } from './ledger.js';
import { note, type World } from './world.js';

/** The port of one server, with everything it answers held against what happened. */
export class CheckedTimedEvents implements TimedEvents {
  readonly #world: World;
  readonly #port: TimedEvents;

  constructor(world: World, port: TimedEvents) {
    this.#world = world;
    this.#port = port;
  }

  /** No acknowledged change may be missing. */
  async find(key: TimedEventKey): Promise<TimedEvent | undefined> {
    const { ledger, time } = this.#world;
    const fromMs = time.nowMs;
    const found = await this.#port.find(key);
    const name = keyText(key);
    const seen = ledger.versions(name).find(({ event }) => event.change === found?.change);
    const overtakenMs = seen?.next?.ackedMs ?? Number.POSITIVE_INFINITY;
    ledger.holds(overtakenMs >= fromMs, `${name}: an acknowledged change was not found`);
    ledger.holds(found === undefined || seen !== undefined, `${name}: found, but never there`);
    return found;
  }

  async change(change: TimedEventChange, signal: AbortSignal): Promise<ChangeOutcome> {
    this.#world.ledger.wanted(change.to.change);
    const outcome = await this.#port.change(change, signal);
    this.#world.ledger.answered(change, outcome);
    note(this.#world, `change ${outcome.kind}`, `${change.to.key.eventId} ${change.to.change}`);
    return outcome;
  }

  list(query: TimedEventQuery): Promise<TimedEventPage> {
    return this.#port.list(query);
  }

  countPending(application: string): Promise<number> {
    return this.#port.countPending(application);
  }

  openQueue(poller: Uuid): Promise<DueQueue> {
    return this.#port.openQueue(poller);
  }
}
