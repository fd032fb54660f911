import { types } from 'cassandra-driver';
import type { Uuid } from '../../../core/index.js';
import type { Components } from '../../../runtime/index.js';
import type { CqlSession, Row } from '../cql-session.js';
import { unavailable } from '../errors.js';
import { optionalTime, requiredUuid, timeParam, uuidParam } from '../row-codec.js';
import { SharedRun } from './shared-run.js';
import type { WriteRegister } from './write-register.js';

const FEED = 0;
const PUBLISH_EVERY_MS = 100;
const CEILING_AHEAD_MS = 300;
/** A server that has not appended for so long takes its mark back. */
const IDLE_AFTER_MS = 1_000;
/** Rows of servers that are long gone disappear; far longer than any skew of clocks. */
const ROW_TTL_S = 86_400;
const ROWS_PER_PAGE = 1_000;

interface Instant {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

const LONG_AGO: Instant = {
  monotonicMs: Number.NEGATIVE_INFINITY,
  wallMs: Number.NEGATIVE_INFINITY,
};

const BEATS_PER_ROUND = 1_000_000;

/**
 * Every publication has a beat of its own, so that silence shows. Its round counts those that were
 * acknowledged before it: whoever sees round n, and later n + 2, knows that the latter was composed
 * in between, since n + 1 had arrived by then. Mere beats prove nothing, as publications may fail.
 */
export function roundOf(beat: number): number {
  return Math.floor(beat / BEATS_PER_ROUND);
}

/** What another server has published. */
export interface OtherServer {
  readonly server: Uuid;
  readonly beat: number;
  /** Undefined: not writing. */
  readonly markMs: number | undefined;
  readonly ackedMs: number;
  readonly ceilingMs: number;
}

export interface MembershipOptions {
  readonly keyspace: string;
  readonly server: Uuid;
  /** A publication older than this no longer holds readers back: longest write subtracted. */
  readonly freshForMs: number;
}

/**
 * This server's row in `feed_marks`. Writing: publish the mark, then read the others, then start
 * above what they say. Reading: publish the ceiling, then read the marks, then the view. Whichever
 * order two servers do this in, one of them sees the other.
 */
export class FeedMembership {
  readonly #session: CqlSession;
  readonly #register: WriteRegister;
  readonly #components: Components;
  readonly #options: MembershipOptions;
  readonly #table: string;
  readonly #publication = new SharedRun(() => this.#publish());
  readonly #registration = new SharedRun(() => this.#becomeWriter());
  readonly #stopped = new AbortController();
  #beat = 0;
  /** Publications that were acknowledged, and tries since the last of them. */
  #rounds = 0;
  #tries = 0;
  /** The published row has, or may have, a mark. */
  #marked = false;
  /** The others were read after the mark was published. */
  #registered = false;
  /** Between the two: the mark is not taken back, however long it lasts. */
  #registering = false;
  #epoch = 0;
  #freshSince = LONG_AGO;
  #lastWriteAtMs = Number.NEGATIVE_INFINITY;
  #lastReadAtMs = Number.NEGATIVE_INFINITY;
  #ceilingMs = 0;
  #ceilingAckedMs = 0;
  #loop: Promise<void> | undefined;

  constructor(
    session: CqlSession,
    register: WriteRegister,
    options: MembershipOptions,
    components: Components,
  ) {
    this.#session = session;
    this.#register = register;
    this.#options = options;
    this.#table = `${options.keyspace}.feed_marks`;
    this.#components = components;
  }

  /** Grows with every registration; a write of an earlier one needs a new savetime. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Whether a write may be sent now: the mark still holds back every reader. */
  isWriter(): boolean {
    return this.#registered && this.#marked && this.#isFresh();
  }

  /** Registers this server as a writer where it is none. Throws UNAVAILABLE. */
  async ensureWriter(): Promise<void> {
    this.#lastWriteAtMs = this.#components.clock.monotonicMs();
    if (this.isWriter()) return;
    try {
      await this.#registration.request();
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** A ceiling above `atLeastMs` that is acknowledged: no later writer starts below it. */
  async ceilingAbove(atLeastMs: number): Promise<number> {
    const { clock } = this.#components;
    this.#lastReadAtMs = clock.monotonicMs();
    while (this.#ceilingAckedMs <= atLeastMs) {
      this.#ceilingMs = Math.max(this.#ceilingMs, atLeastMs + 1, clock.nowMs() + CEILING_AHEAD_MS);
      await this.#publication.request();
    }
    return this.#ceilingAckedMs;
  }

  /** What the others have published, as a quorum knows it now. */
  async others(): Promise<OtherServer[]> {
    const rows: Row[] = [];
    let pageState: string | undefined;
    do {
      const page = await this.#session.read(
        {
          query: `SELECT server, beat, mark, acked, ceiling FROM ${this.#table} WHERE feed = ?`,
          params: [FEED],
        },
        {
          level: 'feed',
          fetchSize: ROWS_PER_PAGE,
          ...(pageState === undefined ? {} : { pageState }),
        },
      );
      rows.push(...page.rows);
      pageState = page.pageState;
    } while (pageState !== undefined);
    return rows
      .map((row) => ({
        server: requiredUuid(row, 'server'),
        beat: Number(row.get('beat')),
        markMs: optionalTime(row, 'mark'),
        ackedMs: optionalTime(row, 'acked') ?? 0,
        ceilingMs: optionalTime(row, 'ceiling') ?? 0,
      }))
      .filter((row) => row.server !== this.#options.server);
  }

  start(): void {
    this.#loop ??= this.#keepPublishing();
  }

  /** Takes the mark back when nothing is open. The ceiling stays: cursors may have reached it. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#loop;
    if (!this.#register.isEmpty || this.#beat === 0) return;
    this.#takeMarkBack();
    await this.#publication.request().catch(() => undefined);
  }

  #isFresh(): boolean {
    const { clock } = this.#components;
    const { freshForMs } = this.#options;
    const ageMs = clock.monotonicMs() - this.#freshSince.monotonicMs;
    // The monotonic clock stands still while a machine is suspended; the wall clock tells.
    return ageMs < freshForMs && Math.abs(clock.nowMs() - this.#freshSince.wallMs) < freshForMs;
  }

  #instant(): Instant {
    const { clock } = this.#components;
    return { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() };
  }

  #takeMarkBack(): void {
    this.#marked = false;
    this.#registered = false;
    this.#freshSince = LONG_AGO;
  }

  async #becomeWriter(): Promise<void> {
    if (this.isWriter()) return;
    const sentAt = this.#instant();
    this.#registering = true;
    this.#marked = true;
    this.#registered = false;
    this.#epoch += 1;
    try {
      await this.#publication.request();
      const others = await this.others();
      const publishedMs = others.flatMap((o) => [o.markMs ?? 0, o.ceilingMs, o.ackedMs]);
      this.#register.raiseFloor(Math.max(0, ...publishedMs) + 1);
      this.#freshSince = sentAt;
      this.#registered = this.#marked;
    } finally {
      this.#registering = false;
    }
  }

  async #publish(): Promise<void> {
    const { clock } = this.#components;
    this.#tries += 1;
    this.#beat = this.#rounds * BEATS_PER_ROUND + this.#tries;
    const sentAt = this.#instant();
    const ceilingMs = this.#ceilingMs;
    const markMs = this.#marked ? this.#register.mark(clock.nowMs()) : undefined;
    const row = {
      query:
        `INSERT INTO ${this.#table} (feed, server, beat, mark, acked, ceiling) ` +
        `VALUES (?, ?, ?, ?, ?, ?) USING TTL ${ROW_TTL_S}`,
      params: [
        FEED,
        uuidParam(this.#options.server),
        types.Long.fromNumber(this.#beat),
        markMs === undefined ? null : timeParam(markMs),
        timeParam(this.#register.ackedMs),
        ceilingMs === 0 ? types.unset : timeParam(ceilingMs),
      ],
    };
    await this.#session.write([row], 'feed');
    this.#rounds += 1;
    this.#tries = 0;
    // After a pause the others may have passed this server: only a registration makes it fresh.
    if (this.#registered && this.#isFresh()) this.#freshSince = sentAt;
    this.#ceilingAckedMs = Math.max(this.#ceilingAckedMs, ceilingMs);
  }

  async #keepPublishing(): Promise<void> {
    const { clock, timers, logger } = this.#components;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await timers.sleep(PUBLISH_EVERY_MS, signal);
      const nowMs = clock.monotonicMs();
      const reading = nowMs - this.#lastReadAtMs < IDLE_AFTER_MS;
      const wasMarked = this.#marked;
      const waiting = this.#registering || nowMs - this.#lastWriteAtMs <= IDLE_AFTER_MS;
      if (wasMarked && !waiting && this.#register.isEmpty) this.#takeMarkBack();
      if (reading) {
        this.#ceilingMs = Math.max(this.#ceilingMs, clock.nowMs() + CEILING_AHEAD_MS);
      }
      if (!wasMarked && !reading) continue;
      await this.#publication.request().catch((error: unknown) => {
        logger.warn({ error: String(error) }, 'feed mark not published');
      });
    }
  }
}
