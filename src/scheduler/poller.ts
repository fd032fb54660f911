import { requireUuid, type Uuid } from '../core/index.js';
import type { Components, Part } from '../runtime/index.js';
import type { Documents, DueQueue, DueWindow, TimedEvents } from '../storage/index.js';
import { Departures } from './departures.js';
import type { Dispatcher } from './dispatcher.js';
import { DueWaits } from './due-waits.js';
import { NO_HOOKS, type EntryHooks } from './entry-hooks.js';
import { DEFAULT_POLLER_SETTINGS, type PollerSettings } from './poller-settings.js';
import { newCounts, type PollerStats } from './poller-stats.js';
import { OPEN_POLICIES } from './tenants/open-policies.js';
import { showPoller } from './poller-metrics.js';
import type { Policies } from './tenants/policies.js';

export interface PollerParts {
  /** Undefined until the storage is open. */
  readonly timedEvents: () => TimedEvents | undefined;
  /** False while nothing may fire, for example when the clock cannot be trusted. */
  readonly ready: () => boolean;
  readonly dispatcher: Dispatcher;
  readonly components: Components;
  /** Not given: there are none. */
  readonly policies?: Policies;
  /** Where limits are shared; without it nothing begins that is limited. */
  readonly documents?: () => Documents | undefined;
  readonly hooks?: EntryHooks;
  /** What is left out is as in `DEFAULT_POLLER_SETTINGS`. */
  readonly settings?: Partial<PollerSettings>;
  /** How late each attempt began, in ms. */
  readonly onAttempt?: (latenessMs: number) => void;
}

/** Entries per `take`; the next one follows at once when there are more. */
const TAKE_MAX = 2_000;
/** Takes are at least this far apart, however often something arrives. */
const TAKE_GAP_MS = 5;
/** Late entries are looked for less often: they wait for their turn anyway. */
const LATE_TAKE_GAP_MS = 20;
const STORAGE_WAIT_MS = 250;
/** Others take the shares of limits back anyway, some seconds later. */
const LEAVE_LIMITS_MS = 500;
const AFTER_FAULT_MS = 500;
/** Said, since an abort without a reason makes an error with its stack. */
const WOKEN = 'woken';

/** Never all of the room: after each take it is looked at who has enough of it. */
const part = (room: number): number => Math.min(TAKE_MAX, Math.ceil(room / 2));

interface Opened {
  readonly queue: DueQueue;
  readonly departures: Departures;
}

/** Fires what is due: at least once, never early. Several of them share one storage. */
export class Poller implements Part {
  readonly name = 'poller';
  readonly #parts: PollerParts;
  readonly #settings: PollerSettings;
  readonly #policies: Policies;
  readonly #id: Uuid;
  readonly #counts = newCounts();
  readonly #waits = new DueWaits(() => this.#wake.abort(WOKEN));
  readonly #stop = new AbortController();
  #wake = new AbortController();
  #opening: Promise<Opened> | undefined;
  #opened: Opened | undefined;
  #taking: Promise<void> | undefined;
  #takeWanted = true;
  #takenMs = Number.NEGATIVE_INFINITY;
  #lateTakenMs = Number.NEGATIVE_INFINITY;
  #loop: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(parts: PollerParts) {
    this.#parts = parts;
    this.#settings = { ...DEFAULT_POLLER_SETTINGS, ...parts.settings };
    this.#policies = parts.policies ?? OPEN_POLICIES;
    this.#id = requireUuid(parts.components.ids.newId());
    showPoller(parts.components.metrics, {
      stats: () => this.#counts,
      running: () => this.#loop !== undefined && this.#opened !== undefined && this.#mayBegin(),
      held: () => this.#opened?.departures.held,
    });
  }

  /** Begins to poll; does not wait for the storage. */
  start(): void {
    this.#loop ??= this.#poll();
  }

  /** Begins nothing more, lets calls under way end within the grace, hands the rest over. */
  stop(): Promise<void> {
    this.#stopping ??= this.#shutDown();
    return this.#stopping;
  }

  stats(): PollerStats {
    return { ...this.#counts };
  }

  /**
   * Takes what is due and begins it, as of `nowMs`; what it began goes on by itself. Returns when
   * it wants to be run next. Throws what the storage throws.
   */
  async runOnce(nowMs: number): Promise<number> {
    const opened = await this.#open();
    const soonMs = nowMs + this.#settings.lookAheadMs / 2;
    if (opened === undefined || !this.#mayBegin()) return nowMs + STORAGE_WAIT_MS;
    await this.#take(opened, nowMs);
    return Math.min(opened.departures.run(nowMs), soonMs);
  }

  async #poll(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#wake = new AbortController();
      try {
        await this.#turn();
      } catch (error) {
        this.#logFault(error);
        await this.#sleep(AFTER_FAULT_MS);
      }
    }
  }

  /** One round: begins what is due, has more fetched beside it, waits. */
  async #turn(): Promise<void> {
    const { clock } = this.#parts.components;
    const opened = this.#mayBegin() ? await this.#open() : undefined;
    if (opened === undefined) {
      await this.#sleep(STORAGE_WAIT_MS);
      return;
    }
    const takeEveryMs = this.#settings.lookAheadMs / 2;
    const sinceMs = clock.monotonicMs() - this.#takenMs;
    const due = this.#takeWanted || sinceMs >= takeEveryMs;
    if (due && sinceMs >= TAKE_GAP_MS && this.#taking === undefined) this.#takeBeside(opened);
    const nowMs = clock.nowMs();
    const nextMs = opened.departures.run(nowMs);
    const waitMs = Math.min(Math.max(0, nextMs - nowMs), takeEveryMs);
    if (this.#taking !== undefined) {
      await this.#sleep(waitMs);
    } else if (this.#takeWanted) {
      await this.#sleep(Math.min(waitMs, Math.max(1, TAKE_GAP_MS - sinceMs)));
    } else {
      const { signal } = this.#wake;
      await opened.queue.arrival(waitMs, signal);
      if (!signal.aborted) this.#takeWanted = true;
    }
  }

  /** Fetches while entries that are held go on being fired. */
  #takeBeside(opened: Opened): void {
    this.#takeWanted = false;
    this.#taking = this.#take(opened, this.#parts.components.clock.nowMs())
      .catch(async (error: unknown) => {
        this.#logFault(error);
        await this.#parts.components.timers.sleep(AFTER_FAULT_MS, this.#stop.signal);
        this.#takeWanted = true;
      })
      .finally(() => {
        this.#taking = undefined;
        this.#wake.abort(WOKEN);
      });
  }

  async #take(opened: Opened, nowMs: number): Promise<void> {
    const { clock } = this.#parts.components;
    const { lookAheadMs, lateAfterMs } = this.#settings;
    const { departures } = opened;
    const lateMs = nowMs - lateAfterMs;
    const lateGapMs = clock.monotonicMs() - this.#lateTakenMs;
    if (departures.room('late') > 0 && lateGapMs >= LATE_TAKE_GAP_MS) {
      this.#lateTakenMs = clock.monotonicMs();
      const window = {
        nowMs,
        fromMs: 0,
        untilMs: lateMs - 1,
        limit: part(departures.room('late')),
      };
      await this.#takeInto(opened, window, departures.without('late'));
    }
    // also with hardly any room: taking is what keeps the queue ours
    const limit = Math.max(1, part(departures.room('on-time')));
    const window = { nowMs, fromMs: lateMs, untilMs: nowMs + lookAheadMs, limit };
    await this.#takeInto(opened, window, departures.without('on-time'));
    this.#takenMs = clock.monotonicMs();
  }

  /** Takes again soon when there seems to be more. */
  async #takeInto(
    { queue, departures }: Opened,
    window: DueWindow,
    without: ReadonlySet<string>,
  ): Promise<void> {
    const entries = await queue.take(without.size === 0 ? window : { ...window, without });
    for (const entry of entries) departures.add(entry, window.nowMs);
    if (entries.length === window.limit && departures.room('on-time') > 0) this.#takeWanted = true;
  }

  /** The queue, opened once; undefined while the storage is not. */
  async #open(): Promise<Opened | undefined> {
    if (this.#opened !== undefined) return this.#opened;
    const timedEvents = this.#parts.timedEvents();
    if (timedEvents === undefined) return undefined;
    this.#opening ??= this.#openOn(timedEvents).finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #openOn(timedEvents: TimedEvents): Promise<Opened> {
    const { dispatcher, components, onAttempt = () => undefined } = this.#parts;
    const { hooks = NO_HOOKS, documents = () => undefined } = this.#parts;
    const queue = await timedEvents.openQueue(this.#id);
    const departures = new Departures({
      timedEvents,
      queue,
      dispatcher,
      components,
      settings: this.#settings,
      policies: this.#policies,
      documents,
      hooks,
      poller: this.#id,
      counts: this.#counts,
      waits: this.#waits,
      mayBegin: () => this.#mayBegin(),
      wantTake: () => this.#wantTake(),
      unreported: new Set(),
      onAttempt: (latenessMs) => {
        const seconds = latenessMs / 1_000;
        components.metrics.observe('cassadra_timer_lateness_seconds', {}, seconds);
        onAttempt(latenessMs);
      },
    });
    this.#opened = { queue, departures };
    return this.#opened;
  }

  #mayBegin(): boolean {
    // what has been paused or limited meanwhile is not known here
    return !this.#stop.signal.aborted && this.#parts.ready() && this.#policies.fresh;
  }

  async #shutDown(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort(WOKEN);
    this.#waits.release(Number.POSITIVE_INFINITY);
    const graceOver = new AbortController();
    const { timers } = this.#parts.components;
    const grace = timers.sleep(this.#settings.stopGraceMs, graceOver.signal);
    await Promise.race([this.#leave(), grace]);
    graceOver.abort();
    this.#opened?.departures.close();
    await this.#opened?.queue.close();
  }

  /** Others get at once what is not begun; resolves once nothing is being taken or called. */
  async #leave(): Promise<void> {
    await Promise.allSettled([this.#loop, this.#taking, this.#opening]);
    await this.#opened?.queue.handOver();
    await this.#opened?.departures.idle();
    await this.#opened?.departures.leaveLimits(LEAVE_LIMITS_MS);
  }

  #wantTake(): void {
    this.#takeWanted = true;
    this.#wake.abort(WOKEN);
  }

  #sleep(ms: number): Promise<void> {
    return this.#parts.components.timers.sleep(ms, this.#wake.signal);
  }

  #logFault(error: unknown): void {
    this.#counts.faults += 1;
    this.#parts.components.logger.error({ err: error }, 'the poller met a fault');
  }
}
