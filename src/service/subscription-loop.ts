import { endOf, type RecordedEvent, type SubscriptionCursor } from '../core/index.js';
import type { Components } from '../runtime/index.js';
import type { AppendNotice, AppendNotices } from './append-notices.js';
import { Bell } from './bell.js';
import type { EagerReader } from './eager-reader.js';
import type { EventMatcher } from './event-matcher.js';
import type { OpenStorage } from './open-storage.js';
import type { SubscriptionLimits } from './open-readers.js';
import { patiently } from './patiently.js';
import { PollInterval } from './poll-interval.js';
import type { SubscriptionMessage, SubscriptionStart } from './subscription.js';
import type { SubscriberLag, SubscriberLags } from './subscriber-lags.js';
import type { SubscriptionPage, SubscriptionPages } from './subscription-pages.js';

/** How long, and for how many events, nothing is said while events are left out. */
const CHECKPOINT_MS = 1_000;
const CHECKPOINT_EVENTS = 10_000;

export interface SubscriptionLoopParts<Cursor extends SubscriptionCursor> {
  readonly pages: SubscriptionPages<Cursor>;
  readonly matcher: EventMatcher;
  /** Undefined: nothing is sent before the feed has got there. */
  readonly eager: EagerReader | undefined;
  readonly storage: OpenStorage;
  readonly notices: AppendNotices;
  readonly limits: SubscriptionLimits;
  readonly lags: SubscriberLags;
  readonly components: Components;
}

/** One subscription: reads a page, hands it over, reads again; at the end it waits. */
export class SubscriptionLoop<Cursor extends SubscriptionCursor> {
  readonly #parts: SubscriptionLoopParts<Cursor>;
  readonly #signal: AbortSignal;
  readonly #bell: Bell;
  readonly #interval: PollInterval;
  readonly #lag: SubscriberLag;
  #live = false;
  #leftOut = 0;
  #untold = false;
  #toldAtMs: number;
  #ahead: Promise<SubscriptionPage<Cursor>> | undefined;
  #hasComeBack = false;

  /** The loop ends with `signal`, and lets go of everything then, even if nobody pulls. */
  constructor(parts: SubscriptionLoopParts<Cursor>, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
    this.#bell = new Bell(parts.components.timers);
    this.#interval = new PollInterval(parts.limits);
    this.#lag = parts.lags.open(signal);
    this.#toldAtMs = parts.components.clock.monotonicMs();
  }

  /** Ends by throwing: the signal's reason, or what a read throws. To be called once. */
  async *run(start: SubscriptionStart): AsyncGenerator<SubscriptionMessage, undefined> {
    const { pages, components } = this.#parts;
    const listening = this.#listen();
    let cursor = await patiently(() => pages.begin(start), components, this.#signal);
    for (;;) {
      if (this.#live) yield* this.#sendEagerly(cursor);
      const page = yield* this.#readPage(cursor);
      listening();
      cursor = page.next;
      this.#lag.waitingMs = page.events[0]?.savetimeMs ?? this.#lag.waitingMs;
      this.#readAhead(page);
      yield* this.#handOver(page);
      this.#hasComeBack = true;
      this.#lag.waitingMs = page.caughtUp ? undefined : page.events.at(-1)?.savetimeMs;
      if (!page.caughtUp && page.events.length > 0) continue;
      const rang = await this.#bell.wait(this.#interval.takeMs());
      if (this.#signal.aborted) throw endOf(this.#signal);
      if (rang) this.#interval.reset();
    }
  }

  /** Answers a function that listens anew where another page has changed what is of interest. */
  #listen(): () => void {
    const { pages, notices } = this.#parts;
    const hear = (notice: AppendNotice): void => this.#hear(notice);
    let { interest } = pages;
    let stop = notices.listen(interest, hear);
    const end = (): void => {
      stop();
      this.#bell.ring();
    };
    this.#signal.addEventListener('abort', end, { once: true });
    return () => {
      if (pages.interest === interest || this.#signal.aborted) return;
      stop();
      interest = pages.interest;
      stop = notices.listen(interest, hear);
    };
  }

  #hear(notice: AppendNotice): void {
    const { pages, eager } = this.#parts;
    if (!pages.concerns(notice)) return;
    this.#bell.ring();
    eager?.note(notice);
  }

  /** While the read waits for the mark, what is eager goes first. */
  async *#readPage(cursor: Cursor): AsyncGenerator<SubscriptionMessage, SubscriptionPage<Cursor>> {
    // a ring may tell of what a page that was read ahead does not show
    if (this.#ahead === undefined) this.#bell.silence();
    const reading = this.#ahead ?? this.#reading(cursor);
    this.#ahead = undefined;
    const { eager } = this.#parts;
    if (eager === undefined || !this.#live) return await reading;
    let settled = false;
    const settle = (): void => {
      settled = true;
    };
    const done = reading.then(settle, settle);
    for (;;) {
      await Promise.race([done, eager.hinted()]);
      if (settled) return await reading;
      yield* this.#sendEagerly(cursor);
    }
  }

  #reading(cursor: Cursor): Promise<SubscriptionPage<Cursor>> {
    return patiently(() => this.#read(cursor), this.#parts.components, this.#signal);
  }

  /**
   * While a page is handed over the storage makes the next one; not for one who may never come back
   * for more.
   */
  #readAhead(page: SubscriptionPage<Cursor>): void {
    if (!this.#hasComeBack || !isCatchingUp(page)) return;
    this.#ahead = this.#reading(page.next);
    this.#ahead.catch(() => undefined); // told when it is asked for, if it is
  }

  async #read(cursor: Cursor): Promise<SubscriptionPage<Cursor>> {
    const { pages, matcher, storage } = this.#parts;
    const page = await pages.read(cursor, this.#signal);
    if (page.events.length > 0) await matcher.lookUp(storage.ready().eventTypes);
    return page;
  }

  async *#sendEagerly(cursor: Cursor): AsyncGenerator<SubscriptionMessage> {
    const { eager } = this.#parts;
    if (eager === undefined) return;
    for await (const events of eager.take(cursor, this.#signal)) {
      this.#noteDelivery(events);
      yield { kind: 'events', events, cursor: undefined };
    }
  }

  *#handOver(page: SubscriptionPage<Cursor>): Generator<SubscriptionMessage> {
    const { next: cursor } = page;
    const events = page.events.filter((event) => this.#isToSend(event));
    if (page.events.length > 0) {
      this.#interval.reset();
      this.#untold = true;
      this.#leftOut += page.events.length - events.length;
    }
    if (events.length > 0) {
      this.#noteDelivery(events);
      yield this.#told({ kind: 'events', events, cursor });
    }
    if (!page.caughtUp && !(this.#live && page.more === true)) {
      this.#live = false;
      this.#parts.eager?.drop();
      if (this.#isCheckpointDue()) yield this.#told({ kind: 'checkpoint', cursor });
      return;
    }
    if (!this.#live) {
      this.#live = true;
      yield this.#told({ kind: 'caught-up', cursor });
    } else if (this.#untold) {
      yield this.#told({ kind: 'checkpoint', cursor });
    }
  }

  #noteDelivery(events: readonly RecordedEvent[]): void {
    const last = events.at(-1);
    if (this.#live && last !== undefined) this.#parts.lags.delivered(last.savetimeMs);
  }

  #isToSend(event: RecordedEvent): boolean {
    const { matcher, eager } = this.#parts;
    return matcher.matches(event) && eager?.wasSent(event) !== true;
  }

  #isCheckpointDue(): boolean {
    if (!this.#untold) return false;
    const silentMs = this.#parts.components.clock.monotonicMs() - this.#toldAtMs;
    return silentMs >= CHECKPOINT_MS || this.#leftOut >= CHECKPOINT_EVENTS;
  }

  #told(message: SubscriptionMessage): SubscriptionMessage {
    this.#untold = false;
    this.#leftOut = 0;
    this.#toldAtMs = this.#parts.components.clock.monotonicMs();
    return message;
  }
}

function isCatchingUp(page: SubscriptionPage<SubscriptionCursor>): boolean {
  return !page.caughtUp && page.more !== true && page.events.length > 0;
}
