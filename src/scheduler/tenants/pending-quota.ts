import { AppError, untilEnd, type TimedEvent } from '../../core/index.js';
import type { Clock } from '../../runtime/index.js';
import type { TimedEvents } from '../../storage/index.js';
import type { Policies } from './policies.js';

/** A count is good for so long; near the quota, or soon there, not so long. */
const COUNT_FOR_MS = { usual: 5_000, near: 1_000 };
const NEAR = 0.9;
/** Added since the count, of what was left then: others may add as much. */
const SOON = 0.1;
/** Beyond this, counts of applications are forgotten, the oldest first. */
const COUNTS_MAX = 1_000;

interface Count {
  readonly pending: number;
  /** When it was begun, by the monotonic clock. */
  readonly atMs: number;
}

interface Known {
  count: Count | undefined;
  /** Entries that this process has added, and `count` may not have. */
  added: number;
  /** Those that it is adding. */
  adding: number;
  counting: Promise<void> | undefined;
}

/**
 * Keeps applications within their quota of pending entries, as far as this process knows: what was
 * counted up to 5 s ago (1 s when it is nearly reached), and what it has added since. So what
 * others add meanwhile may lead beyond the quota, and what was finished makes room some time later.
 */
export class PendingQuota {
  readonly #policies: Policies;
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();

  constructor(policies: Policies, clock: Clock) {
    this.#policies = policies;
    this.#clock = clock;
  }

  /**
   * Does `add`, unless the quota is reached: then throws QUOTA_REACHED, but does it still when
   * `exists` finds an entry. `isNew`: whether what was added is one more.
   */
  async within<Answer>(
    application: string,
    timedEvents: TimedEvents,
    wish: {
      readonly add: () => Promise<Answer>;
      readonly isNew: (answer: Answer) => boolean;
      readonly exists: () => Promise<TimedEvent | undefined>;
      readonly signal: AbortSignal;
    },
  ): Promise<Answer> {
    const { pendingMax } = this.#policies.application(application);
    if (pendingMax === undefined) return wish.add();
    const known = this.#of(application);
    await this.#refresh(known, application, timedEvents, { pendingMax, signal: wish.signal });
    if (pendingOf(known) >= pendingMax) {
      const current = await untilEnd(wish.exists(), wish.signal);
      if (current === undefined || current.state.status === 'DELETED') {
        throw quotaReached(pendingMax);
      }
    }
    known.adding += 1;
    try {
      const answer = await wish.add();
      if (wish.isNew(answer)) known.added += 1;
      return answer;
    } catch (error) {
      // in doubt it is there
      if (!(error instanceof AppError) || error.code === 'OUTCOME_UNKNOWN') known.added += 1;
      throw error;
    } finally {
      known.adding -= 1;
    }
  }

  /** Waits for a count only when what is known does not suffice. */
  async #refresh(
    known: Known,
    application: string,
    timedEvents: TimedEvents,
    wish: { readonly pendingMax: number; readonly signal: AbortSignal },
  ): Promise<void> {
    const nowMs = this.#clock.monotonicMs();
    const pending = pendingOf(known);
    const left = wish.pendingMax - (known.count?.pending ?? 0);
    const near = pending >= wish.pendingMax * NEAR || known.added >= left * SOON;
    const ageMs = nowMs - (known.count?.atMs ?? Number.NEGATIVE_INFINITY);
    if (ageMs < (near ? COUNT_FOR_MS.near : COUNT_FOR_MS.usual)) return;
    known.counting ??= this.#count(known, application, timedEvents).finally(() => {
      known.counting = undefined;
    });
    if (known.count === undefined || pending >= wish.pendingMax) {
      await untilEnd(known.counting, wish.signal);
      return;
    }
    // the next one that needs it counts again
    known.counting.catch(() => undefined);
  }

  async #count(known: Known, application: string, timedEvents: TimedEvents): Promise<void> {
    const atMs = this.#clock.monotonicMs();
    // what is answered during the count may be in it: that counts twice rather than not at all
    const addedBefore = known.added;
    const pending = await timedEvents.countPending(application);
    known.count = { pending, atMs };
    known.added -= addedBefore;
  }

  #of(application: string): Known {
    const known = this.#known.get(application);
    if (known !== undefined) return known;
    const [oldest] = this.#known.keys();
    if (this.#known.size >= COUNTS_MAX && oldest !== undefined) this.#known.delete(oldest);
    const fresh: Known = { count: undefined, added: 0, adding: 0, counting: undefined };
    this.#known.set(application, fresh);
    return fresh;
  }
}

function pendingOf({ count, added, adding }: Known): number {
  return (count?.pending ?? 0) + added + adding;
}

function quotaReached(pendingMax: number): AppError {
  const problem = `the application has ${pendingMax} pending timed events, which is its quota`;
  return new AppError('QUOTA_REACHED', problem, { limit: String(pendingMax) });
}
