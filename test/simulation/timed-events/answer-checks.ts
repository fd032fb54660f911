import type {
  TimedEventKey,
  TimedEventStatus,
  TimedEventSummary,
} from '../../../src/core/index.js';
import type {
  DeleteOutcome,
  ScheduleAnswer,
  ScheduleCommand,
  StopOutcome,
} from '../../../src/scheduler/index.js';
import { keyText, type Version } from './ledger.js';
import type { World } from './world.js';

/** What somebody asked for, and when. */
export interface Asked {
  readonly invokedMs: number;
  readonly key: TimedEventKey;
  readonly dueMs: number;
}

const FINISHED: readonly TimedEventStatus[] = ['COMPLETED', 'FAILED', 'CANCELLED', 'SKIPPED'];
const GONE: readonly TimedEventStatus[] = ['DELETED'];

/** Whether what callers are told was true at some moment of their call. */
export class AnswerChecks {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  scheduled(asked: Asked, command: ScheduleCommand, { event, outcome }: ScheduleAnswer): void {
    const there = this.#during(asked).filter((it) => it.event.generation === event.generation);
    const same = there.some((it) => outcome === 'existed' || it.event.plan.dueMs === asked.dueMs);
    this.#holds(same, asked, `told ${outcome}, but it is not there`);
    const due = outcome !== 'existed' || event.plan.dueMs === command.dueMs;
    this.#holds(due, asked, 'exists, but is due at another time');
  }

  cancelled(asked: Asked, answer: StopOutcome): void {
    if (answer === 'unknown') return;
    const there = this.#during(asked);
    if (answer === 'done') {
      const stopped = this.#withStatus(asked, GONE);
      const so = stopped.length > 0 || this.#forgotten(asked);
      this.#holds(so, asked, 'told done, but it was not stopped');
      for (const { event } of stopped) this.#world.ledger.stop(event.generation);
    } else if (answer === 'in-flight') {
      const stopped = there.some(({ event }) => stops(event.state.status));
      const so = stopped || this.#forgotten(asked);
      this.#holds(so, asked, 'told in-flight, but it was not stopped');
    } else {
      const finished = this.#withStatus(asked, FINISHED);
      this.#holds(finished.length > 0, asked, 'told finished, but it was not');
    }
  }

  removed(asked: Asked, answer: DeleteOutcome): void {
    if (answer.kind === 'not-found') return this.absent(asked);
    const statuses = answer.kind === 'deleted' ? GONE : [answer.status];
    const there = this.#withStatus(asked, statuses);
    const so = there.length > 0 || this.#forgotten(asked);
    this.#holds(so, asked, `told ${answer.kind}, but it was not so`);
    if (answer.kind !== 'deleted') return;
    for (const { event } of there) this.#world.ledger.stop(event.generation);
  }

  moved(asked: Asked, answer: StopOutcome): void {
    if (answer === 'unknown') return;
    const there = this.#during(asked);
    if (answer === 'finished') {
      this.#holds(
        this.#withStatus(asked, FINISHED).length > 0,
        asked,
        'told finished, but was not',
      );
      return;
    }
    const moved = there.some(({ event }) => event.plan.dueMs === asked.dueMs);
    // who is stopped meanwhile counts as moved
    const stopped = there.some(({ event }) => stops(event.state.status));
    const so = moved || stopped || this.#forgotten(asked);
    this.#holds(so, asked, `told ${answer}, but it was not moved`);
  }

  /** Nobody may be told that there is nothing while an acknowledged entry stands there. */
  absent(asked: Pick<Asked, 'invokedMs' | 'key'>): void {
    const there = this.#world.ledger
      .versions(keyText(asked.key))
      .some(
        ({ event, ackedMs, next }) =>
          ackedMs !== undefined &&
          ackedMs < asked.invokedMs &&
          next === undefined &&
          (event.state.status === 'PENDING' || event.state.status === 'PROCESSING'),
      );
    this.#holds(!there, asked, 'told absent, but it is there');
  }

  listed(statuses: readonly TimedEventStatus[], events: readonly TimedEventSummary[]): void {
    for (const { key, state } of events) {
      const wanted = statuses.length === 0 || statuses.includes(state.status);
      this.#holds(wanted, { key }, `listed though ${state.status}`);
    }
  }

  #withStatus(asked: Asked, statuses: readonly TimedEventStatus[]): readonly Version[] {
    return this.#during(asked).filter(({ event }) => statuses.includes(event.state.status));
  }

  /** What the entry was in the time of the call, or may have seemed to be. */
  #during({ invokedMs, key }: Pick<Asked, 'invokedMs' | 'key'>): readonly Version[] {
    return this.#world.ledger
      .versions(keyText(key))
      .filter(({ next }) => (next?.ackedMs ?? Number.POSITIVE_INFINITY) >= invokedMs);
  }

  /** It had an end that was not kept long enough for this call to see it. */
  #forgotten(asked: Asked): boolean {
    return this.#withStatus(asked, FINISHED).some(
      ({ event, atMs }) => atMs + event.plan.retentionMs < this.#world.time.nowMs,
    );
  }

  #holds(is: boolean, { key }: Pick<Asked, 'key'>, what: string): void {
    this.#world.ledger.holds(is, `${keyText(key)}: ${what}`);
  }
}

function stops(status: TimedEventStatus): boolean {
  return status === 'CANCELLED' || status === 'DELETED';
}
