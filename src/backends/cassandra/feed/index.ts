import type { NewEvent, Uuid } from '../../../core/index.js';
import type { Components } from '../../../runtime/index.js';
import type { CqlSession } from '../cql-session.js';
import { unavailable } from '../errors.js';
import { LowWaterMark } from './low-water-mark.js';
import { FeedMembership } from './membership.js';
import { ViewConfirmer, type WrittenRow } from './view-confirmer.js';
import { WriteRegister, type OpenWrite } from './write-register.js';

export type { LowWaterMark } from './low-water-mark.js';
export type { WrittenRow } from './view-confirmer.js';
export type { OpenWrite } from './write-register.js';

const SWEEP_EVERY_MS = 250;
/** Appends that one line of the log tells of. */
const RISKS_A_LINE = 100;
/** A registration that takes longer than it is good for is worth only so many tries. */
const REGISTRATIONS_MAX = 10;

export interface FeedOptions {
  readonly keyspace: string;
  readonly server: Uuid;
  readonly feedKeys: string;
  readonly feedDelayMs: number;
  readonly foreignWriters: boolean;
  /** How long a conditional write that was sent may be under way, as far as this server waits. */
  readonly longestWriteMs: number;
}

/** The write side and the read side of the feed by type of one server. */
export class Feed {
  readonly #register = new WriteRegister();
  readonly #membership: FeedMembership;
  readonly #confirmer: ViewConfirmer;
  readonly #options: FeedOptions;
  readonly #components: Components;
  readonly #stopped = new AbortController();
  readonly lowWaterMark: LowWaterMark;
  #sweeper: Promise<void> | undefined;
  #gapRisks = 0;
  #forgetMetrics: (() => void)[] = [];

  constructor(session: CqlSession, options: FeedOptions, components: Components) {
    this.#options = options;
    this.#components = components;
    this.#membership = new FeedMembership(
      session,
      this.#register,
      {
        keyspace: options.keyspace,
        server: options.server,
        freshForMs: options.feedDelayMs - options.longestWriteMs,
      },
      components,
    );
    this.#confirmer = new ViewConfirmer(session, this.#register, options.feedKeys, components);
    this.lowWaterMark = new LowWaterMark(
      { membership: this.#membership, register: this.#register, confirmer: this.#confirmer },
      options,
      components,
    );
  }

  /** Appends that left the register before they were seen in the view: a reader may miss them. */
  get gapRisks(): number {
    return this.#gapRisks;
  }

  async start(): Promise<void> {
    await this.lowWaterMark.begin();
    this.#membership.start();
    this.#sweeper ??= this.#sweep();
    this.#showMetrics();
  }

  /** Gives an append its savetimes, at least `floorMs`, and holds the mark below them. */
  async open(
    floorMs: number,
    events: readonly NewEvent[],
    signal: AbortSignal,
  ): Promise<OpenWrite> {
    const { clock } = this.#components;
    for (let tries = 0; tries === 0 || !this.#membership.isWriter(); tries += 1) {
      if (signal.aborted || tries >= REGISTRATIONS_MAX) {
        throw unavailable(new Error('no registration in time'));
      }
      await this.#membership.ensureWriter();
    }
    return this.#register.open({
      nowMs: clock.nowMs(),
      monotonicMs: clock.monotonicMs(),
      epoch: this.#membership.epoch,
      floorMs,
      events,
    });
  }

  /** Whether the write may be sent (again) with its savetimes: readers still wait for it. */
  isCurrent(write: OpenWrite): boolean {
    return (
      this.#register.has(write) &&
      write.epoch === this.#membership.epoch &&
      this.#membership.isWriter()
    );
  }

  /** The write is in the table; it leaves the register when the view shows `rows`. */
  written(write: OpenWrite, stream: Uuid, rows: readonly WrittenRow[]): void {
    const { clock } = this.#components;
    this.#register.acknowledge(rows.at(-1)?.savetimeMs ?? write.highestMs, clock.nowMs());
    if (this.#register.has(write)) this.#confirmer.expect(write, stream, rows);
  }

  /** The write has not happened and never will, at least not with these savetimes. */
  abandon(write: OpenWrite): void {
    this.#register.close(write);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    for (const forget of this.#forgetMetrics.splice(0)) forget();
    await this.#sweeper;
    await this.#confirmer.stop();
    await this.#membership.stop();
  }

  #showMetrics(): void {
    const { clock, metrics } = this.#components;
    const register = this.#register;
    this.#forgetMetrics.push(
      metrics.gauge('cassadra_feed_unconfirmed_appends', () => [
        { labels: {}, value: register.size },
      ]),
      metrics.gauge('cassadra_feed_unconfirmed_age_seconds', () => {
        const nowMs = clock.monotonicMs();
        return [{ labels: {}, value: (nowMs - (register.oldestMonotonicMs ?? nowMs)) / 1_000 }];
      }),
    );
  }

  async #sweep(): Promise<void> {
    const { clock, timers } = this.#components;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await timers.sleep(SWEEP_EVERY_MS, signal);
      const left = this.#register.closeOlderThan(clock.monotonicMs(), this.#options.feedDelayMs);
      if (left.length > 0) this.#tellOfGapRisk(left);
    }
  }

  /** By savetimes, which is how an operator finds the events that a reader may have passed. */
  #tellOfGapRisk(left: readonly OpenWrite[]): void {
    const { logger, metrics } = this.#components;
    this.#gapRisks += left.length;
    metrics.add('cassadra_feed_gap_risks_total', {}, left.length);
    for (let first = 0; first < left.length; first += RISKS_A_LINE) {
      const some = left.slice(first, first + RISKS_A_LINE);
      const savetimes_ms = some.map(({ lowestMs, highestMs }) => [lowestMs, highestMs]);
      const facts = { feed_gap_risk: this.#gapRisks, left: some.length, savetimes_ms };
      logger.warn(facts, 'appends left the feed register unseen');
    }
  }
}
