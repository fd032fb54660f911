import {
  callCancelled,
  endOf,
  untilEnd,
  type Limits,
  type PageRules,
  type RecordedEvent,
} from '../core/index.js';
import type { Components } from '../runtime/index.js';
import type { FeedPage } from '../storage/index.js';
import type { AppendNotices } from './append-notices.js';
import { Bell } from './bell.js';
import { EagerReader } from './eager-reader.js';
import { EventMatcher } from './event-matcher.js';
import { AllPages, TypePages } from './feed-pages.js';
import { namedStream } from './named-stream.js';
import { OpenReaders, type SubscriptionLimits } from './open-readers.js';
import type { OpenStorage } from './open-storage.js';
import { PollInterval } from './poll-interval.js';
import { PulledMessages, type BegunSubscription } from './pulled-messages.js';
import { SharedReads } from './shared-reads.js';
import { SubscriberLags } from './subscriber-lags.js';
import { StreamPages } from './stream-pages.js';
import type { SubscriptionMessage, SubscriptionQuery, TypesPoll } from './subscription.js';
import { SubscriptionLoop } from './subscription-loop.js';
import {
  requireOrdered,
  requirePage,
  validatePoll,
  validateSubscription,
} from './subscription-rules.js';
import type { TypeRegistry } from './type-registry.js';
import { WantedTypes } from './wanted-types.js';

const PAGE_EVENTS = 1_000;
/** What a subscriber who does not read costs: one page of about this size, or two later on. */
const PAGE_BYTES = 262_144;

export interface SubscriptionsParts {
  readonly storage: OpenStorage;
  readonly types: TypeRegistry;
  readonly notices: AppendNotices;
  readonly limits: Limits;
  readonly subscriptionLimits: SubscriptionLimits;
  readonly components: Components;
}

/** Everybody who follows events: subscriptions and polls. */
export class Subscriptions {
  readonly #parts: SubscriptionsParts;
  readonly #readers: OpenReaders;
  readonly #shared: SharedReads;
  readonly #lags: SubscriberLags;

  constructor(parts: SubscriptionsParts) {
    this.#parts = parts;
    this.#readers = new OpenReaders(parts.subscriptionLimits.subscriptionsMax);
    this.#shared = new SharedReads(parts.notices);
    const { clock, metrics } = parts.components;
    this.#lags = new SubscriberLags(clock, metrics);
    const readers = this.#readers;
    metrics.gauge('cassadra_subscriptions_open', () => [{ labels: {}, value: readers.size }]);
  }

  /** See `EventStore.subscribe`. Each iteration is a subscription of its own. */
  subscribe(query: SubscriptionQuery, signal: AbortSignal): AsyncIterable<SubscriptionMessage> {
    return { [Symbol.asyncIterator]: () => new PulledMessages(() => this.#begin(query, signal)) };
  }

  /** See `EventStore.pollTypes`. */
  async poll(poll: TypesPoll, signal: AbortSignal): Promise<FeedPage> {
    const { types, storage, limits } = this.#parts;
    validatePoll(poll, limits);
    requirePage(poll.limit, limits);
    storage.ready();
    const { limit, bytesMax } = poll;
    const rules: PageRules = { limit, bytesMax, boundary: 'event' };
    const wanted = new WantedTypes(poll.types, types);
    const pages = new TypePages({ storage, shared: this.#shared, rules, fresh: true }, wanted);
    if (poll.waitMs === 0) return untilEnd(pages.read(poll.after), signal);
    return this.#pollPatiently(poll, pages, signal);
  }

  /** Ends all with NOT_READY. */
  drain(): void {
    this.#readers.drain();
  }

  /** A place is taken only for the waiting. */
  async #pollPatiently(
    { after, waitMs }: TypesPoll,
    pages: TypePages,
    signal: AbortSignal,
  ): Promise<FeedPage> {
    const { notices, components, subscriptionLimits } = this.#parts;
    const { clock, timers } = components;
    const untilMs = clock.monotonicMs() + waitMs;
    const bell = new Bell(timers);
    const interval = new PollInterval(subscriptionLimits);
    const stop = notices.listen(pages.interest, (notice) => {
      if (pages.concerns(notice)) bell.ring();
    });
    let reader: AbortController | undefined;
    try {
      for (;;) {
        bell.silence();
        const page = await untilEnd(pages.read(after), reader?.signal ?? signal);
        const leftMs = untilMs - clock.monotonicMs();
        if (page.events.length > 0 || leftMs <= 0) return page;
        reader ??= this.#openFor(bell, signal);
        if (await bell.wait(Math.min(interval.takeMs(), leftMs))) interval.reset();
        if (reader.signal.aborted) throw endOf(reader.signal);
      }
    } finally {
      stop();
      reader?.abort(callCancelled());
    }
  }

  #openFor(bell: Bell, signal: AbortSignal): AbortController {
    const reader = this.#readers.open(signal);
    reader.signal.addEventListener('abort', () => bell.ring(), { once: true });
    return reader;
  }

  #begin(query: SubscriptionQuery, signal: AbortSignal): BegunSubscription {
    const { storage, limits } = this.#parts;
    validateSubscription(query, limits);
    const { capabilities } = storage.ready();
    if (query.source.kind === 'all') requireOrdered(capabilities);
    const run = this.#loopOf(query, capabilities.feed === 'view');
    const reader = this.#readers.open(signal);
    return { messages: run(reader.signal), reader };
  }

  /** Where the feed is ordered it has got to an event as soon as that is acknowledged. */
  #loopOf(
    { source, start, filter, eager }: SubscriptionQuery,
    feedTrails: boolean,
  ): (signal: AbortSignal) => AsyncGenerator<SubscriptionMessage, undefined> {
    const { storage, types, limits, components, subscriptionLimits, notices } = this.#parts;
    const matcher = new EventMatcher(filter, types);
    const waits = { notices, limits: subscriptionLimits, lags: this.#lags };
    const common = { matcher, storage, components, ...waits };
    const limit = Math.min(PAGE_EVENTS, limits.pageEventsMax);
    const rules: PageRules = { limit, bytesMax: PAGE_BYTES, boundary: 'event' };
    if (source.kind === 'stream') {
      const { id } = namedStream(source.stream, limits, components.ids);
      const parts = { ...common, pages: new StreamPages(storage, id, rules), eager: undefined };
      return (signal) => new SubscriptionLoop(parts, signal).run(start);
    }
    const feed = { storage, shared: this.#shared, rules, fresh: false };
    if (source.kind === 'all') {
      const parts = { ...common, pages: new AllPages(feed), eager: undefined };
      return (signal) => new SubscriptionLoop(parts, signal).run(start);
    }
    const wanted = new WantedTypes(source.types, types);
    const early = eager && feedTrails ? this.#eagerReader(wanted, matcher) : undefined;
    const parts = { ...common, pages: new TypePages(feed, wanted), eager: early };
    return (signal) => new SubscriptionLoop(parts, signal).run(start);
  }

  #eagerReader(wanted: WantedTypes, matcher: EventMatcher): EagerReader {
    const { storage } = this.#parts;
    return new EagerReader(storage, async (events: readonly RecordedEvent[]) => {
      const { eventTypes } = storage.ready();
      await wanted.lookUp(eventTypes);
      await matcher.lookUp(eventTypes);
      return events.filter((event) => wanted.has(event.type) && matcher.matches(event));
    });
  }
}
