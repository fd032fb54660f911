import assert from 'node:assert/strict';
import { ANY_VERSION, DEFAULT_LIMITS, parseTypeCode, type TypeCode } from '../../src/core/index.js';
import { FakeTime } from '../../src/runtime/index.js';
import {
  createEventStore,
  DEFAULT_SUBSCRIPTION_LIMITS,
  type EventStore,
  type SubscriptionLimits,
  type SubscriptionQuery,
  type SubscriptionSource,
} from '../../src/service/index.js';
import { Follower, settled } from './follower.js';
import { fakeComponents, WatchedStorage } from './watched-storage.js';

export const NEVER = new AbortController().signal;

export function code(value: number): TypeCode {
  return parseTypeCode(value) ?? assert.fail('no code');
}

/** A subscription to what the source says, from the start, without a filter. */
export function query(
  source: SubscriptionSource,
  change: Partial<SubscriptionQuery> = {},
): SubscriptionQuery {
  const filter = { types: [], streamPrefix: '', metadata: new Map() };
  return { source, start: { kind: 'start' }, filter, eager: false, ...change };
}

/** One process: an event store on a storage that others may share. */
export class FollowedStore {
  readonly store: EventStore;
  readonly #followers: Follower[] = [];

  constructor(
    readonly storage: WatchedStorage,
    readonly time: FakeTime,
    limits: Partial<SubscriptionLimits> = {},
  ) {
    this.store = createEventStore({
      backend: () => storage,
      limits: DEFAULT_LIMITS,
      queueLimits: {
        streamAppendsMax: 10_000,
        processAppendsMax: 10_000,
        processBytesMax: 1e9,
      },
      subscriptionLimits: { ...DEFAULT_SUBSCRIPTION_LIMITS, ...limits },
      components: fakeComponents(time),
    });
  }

  /** One event for each text. */
  async append(stream: string, type: TypeCode | string, ...texts: string[]): Promise<void> {
    const events = texts.map((text) => ({ type, content: { kind: 'text', text } as const }));
    await this.store.append({ stream, expected: ANY_VERSION, events }, NEVER);
  }

  /** Takes all, from now on; has taken what there is when it resolves. */
  async follow(asked: SubscriptionQuery, signal = new AbortController().signal): Promise<Follower> {
    const follower = this.quiet(asked, signal);
    void follower.takeAll();
    await settled();
    return follower;
  }

  /** Takes nothing by itself. */
  quiet(asked: SubscriptionQuery, signal = new AbortController().signal): Follower {
    const follower = new Follower(this.store.subscribe(asked, signal));
    this.#followers.push(follower);
    return follower;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#followers.map((follower) => follower.stop()));
  }
}

/** A process on a storage of its own. */
export function followedStore(limits: Partial<SubscriptionLimits> = {}): FollowedStore {
  const time = new FakeTime();
  return new FollowedStore(new WatchedStorage(time), time, limits);
}

/** Moves the time on in steps, so that what waits in between gets its turn. */
export async function pass(time: FakeTime, ms: number, stepMs = 50): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    time.advance(Math.min(stepMs, ms - passed));
    await settled();
  }
}
