import {
  AbortRace,
  AppError,
  finishedMsOf,
  nextMsOf,
  type TimedEvent,
} from '../../../core/index.js';
import type { Components } from '../../../runtime/index.js';
import type { ChangeOutcome, TimedEventChange } from '../../../storage/index.js';
import { DoubtResolver, Undecided } from '../doubt-resolver.js';
import { unavailable, writeFailure } from '../errors.js';
import type { NoticeWriter } from './notice-writer.js';
import type { EntryTable, ListTables } from './timed-tables.js';

const BACK_OFF_MS = 500;
/**
 * The entry must follow its notice within this: an owner that finds none looks again until
 * `RECORD_WAIT_MS` (scheduler) is over, which is longer by all that writing a notice may take.
 */
const ENTRY_AFTER_NOTICE_MS = 5_000;
/** The place in the lists that an entry has left; it is ignored already. */
const MOVED_LISTING_MS = 1_000;
/** A pending entry that is so late may have lost its notice. */
const OVERDUE_MS = 5_000;

type Settled = Exclude<ChangeOutcome, { kind: 'unknown' }>;

/** Changes entries: the notice first, the entry second, and doubt resolved. */
export class EntryWriter {
  readonly #entries: EntryTable;
  readonly #lists: ListTables;
  readonly #notices: NoticeWriter;
  readonly #components: Components;
  readonly #aborts = new AbortRace();
  readonly #open = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();
  readonly #resolver: DoubtResolver;

  constructor(
    tables: { readonly entries: EntryTable; readonly lists: ListTables },
    notices: NoticeWriter,
    components: Components,
  ) {
    this.#entries = tables.entries;
    this.#lists = tables.lists;
    this.#notices = notices;
    this.#components = components;
    this.#resolver = new DoubtResolver(components, this.#closing.signal, 'timer');
  }

  /** The outcome, or `unknown` when `signal` comes first; the resolving goes on then. */
  change(change: TimedEventChange, signal: AbortSignal): Promise<ChangeOutcome> {
    if (signal.aborted || this.#closing.signal.aborted) {
      const error = new AppError('UNAVAILABLE', 'the change was ended before it was written');
      return Promise.resolve({ kind: 'unavailable', error });
    }
    const work = this.#run(change);
    this.#open.add(work);
    void work.finally(() => this.#open.delete(work));
    return this.#aborts.race(work, signal, () => ({ kind: 'unknown' }));
  }

  /** Ends the resolving of what is in doubt. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#open);
  }

  async #run(change: TimedEventChange): Promise<ChangeOutcome> {
    try {
      const outcome = await this.#announced(change);
      this.#tidyLists(change, outcome);
      return outcome;
    } catch (error) {
      return { kind: 'unavailable', error: unavailable(error) };
    }
  }

  /** Notice, entry, and the notice again when the entry came too late for it. */
  async #announced(change: TimedEventChange): Promise<ChangeOutcome> {
    const { clock } = this.#components;
    const { from, to } = change;
    const listing = needsListing(change) && this.#lists.writeListing(to, from !== undefined);
    if (!needsNotice(change)) {
      await listing;
      return this.#resolved(change, () => true);
    }
    let noticedMs = clock.monotonicMs();
    const fresh = (): boolean => clock.monotonicMs() - noticedMs <= ENTRY_AFTER_NOTICE_MS;
    const announce = async (): Promise<void> => {
      await this.#notices.write(to);
      noticedMs = clock.monotonicMs();
    };
    await Promise.all([announce(), listing]);
    const outcome = await this.#resolved(change, fresh, announce);
    if (outcome.kind === 'changed' && !fresh()) await this.#announceForSure(to);
    if (outcome.kind === 'differs' && from === undefined) await this.#heal(outcome.current);
    return outcome;
  }

  /** The entry stands; without a notice it would never fire. */
  async #announceForSure(event: TimedEvent): Promise<void> {
    const { timers } = this.#components;
    while (!this.#closing.signal.aborted) {
      try {
        await this.#notices.write(event);
        return;
      } catch {
        await timers.sleep(BACK_OFF_MS, this.#closing.signal);
      }
    }
  }

  /**
   * The add of somebody who got no answer may have come so late that its notice was given up.
   * Whoever repeats it meets the entry, and sees to it that it fires.
   */
  async #heal(current: TimedEvent | undefined): Promise<void> {
    if (current?.state.status !== 'PENDING') return;
    if (this.#components.clock.nowMs() < current.state.nextMs + OVERDUE_MS) return;
    await this.#notices.write(current);
  }

  /** Sends until the outcome is definite. Throws only while nothing can have been sent. */
  #resolved(
    change: TimedEventChange,
    fresh: () => boolean,
    renew: () => Promise<void> = async () => {},
  ): Promise<ChangeOutcome> {
    return this.#resolver.resolve<Settled>({
      send: async (attempt) => {
        if (!fresh()) await renew();
        return this.#sent(change, attempt, fresh);
      },
      look: () => this.#found(change),
    });
  }

  /** One try: its definite outcome, or undefined when it is in doubt. */
  async #sent(
    change: TimedEventChange,
    attempt: number,
    maySend: () => boolean,
  ): Promise<Settled | undefined> {
    let answer;
    try {
      answer = await this.#entries.write(change, { attempt, maySend });
    } catch (error) {
      if (writeFailure(error) === 'undecided') return undefined;
      throw error;
    }
    if (answer.kind === 'applied') return { kind: 'changed' };
    if (answer.change === change.to.change) return { kind: 'changed' };
    try {
      return { kind: 'differs', current: await this.#entries.read(change.to.key, 'latest') };
    } catch (error) {
      // not written by this try, but an earlier one may have been
      throw new Undecided(error);
    }
  }

  /** What a serial read says of a doubtful write; undefined: still open. */
  async #found({ from, to }: TimedEventChange): Promise<Settled | undefined> {
    const current = await this.#entries.read(to.key, 'serial');
    if (current?.change === to.change) return { kind: 'changed' };
    if (current?.change === from?.change) return undefined;
    return { kind: 'differs', current };
  }

  /** Lists follow: what they say too much is ignored, so nobody waits for it. */
  #tidyLists(change: TimedEventChange, outcome: ChangeOutcome): void {
    const { from, to } = change;
    if (outcome.kind === 'differs' && needsListing(change)) {
      this.#inBackground(this.#restoreListing(to, outcome.current));
    }
    if (from === undefined || outcome.kind !== 'changed') return;
    if (finishedMsOf(to) !== undefined) {
      this.#inBackground(this.#lists.expireListing(to, to.plan.dueMs, to.plan.retentionMs));
    } else if (wasMoved(change)) {
      this.#inBackground(this.#lists.expireListing(to, from.plan.dueMs, MOVED_LISTING_MS));
    }
  }

  /**
   * Another change was first: what was listed for this one would count as pending for ever. (After
   * one that was not taken it stays: the same change may be repeated, with the same time.)
   */
  async #restoreListing(to: TimedEvent, current: TimedEvent | undefined): Promise<void> {
    const { dueMs } = to.plan;
    const listed = current?.plan.dueMs === dueMs ? current : undefined;
    const finishedMs = listed && finishedMsOf(listed);
    if (listed !== undefined && finishedMs === undefined) return;
    const keptUntilMs = (finishedMs ?? 0) + (listed?.plan.retentionMs ?? 0);
    const restMs = keptUntilMs - this.#components.clock.nowMs();
    await this.#lists.expireListing(to, dueMs, Math.max(MOVED_LISTING_MS, restMs));
  }

  #inBackground(work: Promise<void>): void {
    const quiet = work.catch(() => undefined);
    this.#open.add(quiet);
    void quiet.finally(() => this.#open.delete(quiet));
  }
}

function needsNotice({ from, to }: TimedEventChange): boolean {
  if (to.state.status !== 'PENDING') return false;
  if (from === undefined || from.generation !== to.generation) return true;
  return nextMsOf(from) !== to.state.nextMs;
}

/** What is finished is about to leave the lists. */
function needsListing(change: TimedEventChange): boolean {
  const { from, to } = change;
  if (to.state.status !== 'PENDING') return false;
  return from === undefined || finishedMsOf(from) !== undefined || wasMoved(change);
}

function wasMoved({ from, to }: TimedEventChange): boolean {
  return from !== undefined && from.plan.dueMs !== to.plan.dueMs;
}
