import assert from 'node:assert/strict';
import type { RecordedEvent, SubscriptionCursor, TypeCode } from '../../../src/core/index.js';
import { Draws, FakeTime } from '../../../src/runtime/index.js';
import type { SubscriptionQuery, SubscriptionSource } from '../../../src/service/index.js';
import { code, FollowedStore, pass, query } from '../../support/followed-store.js';
import { settled, textOf, type Follower } from '../../support/follower.js';
import { WatchedStorage } from '../../support/watched-storage.js';

const STREAMS = ['s1', 's2', 's3', 't4'];
const TYPES: readonly (TypeCode | string)[] = [code(1), code(2), 'Third', 'Fourth'];

/** An event that a subscriber has handled. */
interface Handled {
  readonly event: RecordedEvent;
  /** The cursor has passed it: it never comes again. */
  firm: boolean;
  /** The subscriber has gone on from before it: it may come once more. */
  mayRepeat: boolean;
}

/** Keeps what it has handled; stops and goes on from its last cursor. */
interface Subscriber {
  readonly query: SubscriptionQuery;
  readonly matches: (event: RecordedEvent) => boolean;
  readonly handled: Map<string, Handled>;
  cursor: SubscriptionCursor | undefined;
  follower: Follower | undefined;
  seen: number;
}

export interface Counts {
  events: number;
  resumes: number;
  eager: number;
  repeats: number;
}

/**
 * Two processes append to one storage; subscribers of the first, which gets no notice of the
 * second's appends, come, stop and go on.
 */
export class RandomWorld {
  readonly counts: Counts = { events: 0, resumes: 0, eager: 0, repeats: 0 };
  readonly #draws: Draws;
  readonly #time = new FakeTime();
  readonly #storage = new WatchedStorage(this.#time);
  readonly #here = new FollowedStore(this.#storage, this.#time);
  readonly #there = new FollowedStore(this.#storage, this.#time);
  readonly #names = new Map<string, TypeCode>();
  readonly #subscribers: Subscriber[] = [];

  constructor(seed: number, view: boolean) {
    this.#draws = new Draws(seed);
    if (view) this.#storage.markMs = this.#time.nowMs();
  }

  async run(steps: number): Promise<void> {
    for (let index = 0; index < 6; index += 1) this.#subscribers.push(this.#subscriber());
    for (let step = 0; step < steps; step += 1) await this.#step();
    await this.#finish();
  }

  async #step(): Promise<void> {
    const draws = this.#draws;
    if (draws.chance(0.6)) await this.#append();
    if (draws.chance(0.3)) await pass(this.#time, draws.whole(1, 400), 100);
    if (draws.chance(0.3)) this.#moveMark();
    const subscriber = draws.pick(this.#subscribers);
    if (draws.chance(0.5)) this.#resume(subscriber);
    else if (draws.chance(0.4)) await this.#stop(subscriber);
    if (draws.chance(0.7)) await settled();
    for (const each of this.#subscribers) this.#handle(each);
  }

  async #append(): Promise<void> {
    const draws = this.#draws;
    const store = draws.chance(0.6) ? this.#here : this.#there;
    const texts = Array.from({ length: draws.whole(1, 4) }, () => {
      this.counts.events += 1;
      return String(this.counts.events);
    });
    const type = draws.pick(TYPES);
    await store.append(draws.pick(STREAMS), type, ...texts);
    if (typeof type !== 'string') return;
    this.#names.set(type, await this.#storage.eventTypes.codeOf(type));
  }

  #moveMark(): void {
    if (this.#storage.markMs !== undefined) this.#storage.markMs = this.#time.nowMs();
  }

  #subscriber(): Subscriber {
    const draws = this.#draws;
    const types = draws.shuffled(TYPES).slice(0, draws.whole(1, 3));
    const stream = draws.pick(STREAMS);
    const kinds: SubscriptionSource[] = [
      { kind: 'types', types },
      { kind: 'types', types },
      { kind: 'stream', stream },
    ];
    if (this.#storage.markMs === undefined) kinds.push({ kind: 'all' });
    const source = draws.pick(kinds);
    const streamPrefix = draws.chance(0.3) ? 's' : '';
    const filter = { types: draws.chance(0.2) ? types : [], streamPrefix, metadata: new Map() };
    const isOf = (event: RecordedEvent): boolean =>
      types.some((type) => (this.#names.get(String(type)) ?? type) === event.type);
    return {
      query: query(source, { filter, eager: draws.chance(0.5) }),
      matches: (event) =>
        (source.kind !== 'types' || isOf(event)) &&
        (source.kind !== 'stream' || event.streamName === stream) &&
        (filter.types.length === 0 || isOf(event)) &&
        (event.streamName ?? '').startsWith(streamPrefix),
      handled: new Map(),
      cursor: undefined,
      follower: undefined,
      seen: 0,
    };
  }

  #resume(subscriber: Subscriber): void {
    if (subscriber.follower !== undefined) return;
    const { cursor } = subscriber;
    const start =
      cursor === undefined ? subscriber.query.start : ({ kind: 'after', cursor } as const);
    subscriber.follower = this.#here.quiet({ ...subscriber.query, start });
    subscriber.seen = 0;
    for (const handled of subscriber.handled.values()) handled.mayRepeat = !handled.firm;
    this.counts.resumes += 1;
    void subscriber.follower.takeAll();
  }

  async #stop(subscriber: Subscriber): Promise<void> {
    await subscriber.follower?.stop();
    this.#handle(subscriber);
    assert.equal(subscriber.follower?.error, undefined);
    subscriber.follower = undefined;
  }

  #handle(subscriber: Subscriber): void {
    const messages = subscriber.follower?.messages.slice(subscriber.seen) ?? [];
    for (const message of messages) {
      const { cursor } = message;
      const events = message.kind === 'events' ? message.events : [];
      for (const event of events) this.#handleEvent(subscriber, event, cursor !== undefined);
      if (cursor === undefined) this.counts.eager += 1;
      else this.#handleCursor(subscriber, cursor);
    }
    subscriber.seen += messages.length;
  }

  #handleEvent({ handled }: Subscriber, event: RecordedEvent, firm: boolean): void {
    const known = handled.get(textOf(event));
    if (known === undefined) {
      handled.set(textOf(event), { event, firm, mayRepeat: false });
      return;
    }
    assert.ok(known.mayRepeat, `${textOf(event)} came twice`);
    known.mayRepeat = false;
    known.firm ||= firm;
    this.counts.repeats += 1;
  }

  #handleCursor(subscriber: Subscriber, cursor: SubscriptionCursor): void {
    subscriber.cursor = cursor;
    if (cursor.kind === 'start' || cursor.kind === 'stream') return;
    for (const handled of subscriber.handled.values()) {
      handled.firm ||= handled.event.savetimeMs < cursor.savetimeMs;
    }
  }

  /** Everybody gets to the end; then each has everything, once, in the order of its stream. */
  async #finish(): Promise<void> {
    for (const subscriber of this.#subscribers) this.#resume(subscriber);
    await pass(this.#time, 2_000, 500);
    this.#moveMark();
    await pass(this.#time, 2_000, 500);
    const events = await this.#written();
    for (const subscriber of this.#subscribers) {
      await this.#stop(subscriber);
      const wanted = events.filter(subscriber.matches);
      const got = [...subscriber.handled.values()].map(({ event }) => event);
      assert.deepEqual(sorted(got), sorted(wanted));
      for (const stream of STREAMS) {
        const versions = got
          .filter(({ streamName }) => streamName === stream)
          .map(({ version }) => version);
        assert.deepEqual(
          versions,
          [...versions].sort((left, right) => left - right),
        );
      }
    }
  }

  async #written(): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for (const stream of STREAMS) {
      const chunks = this.#here.store.readStream({ stream }, new AbortController().signal);
      for await (const chunk of chunks) events.push(...chunk);
    }
    return events;
  }
}

function sorted(events: readonly RecordedEvent[]): string[] {
  return events.map(textOf).sort((left, right) => Number(left) - Number(right));
}
