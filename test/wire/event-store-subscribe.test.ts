import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ClientReadableStream } from '@grpc/grpc-js';
import {
  SubscribeFrom,
  SubscribeRequest,
  type SubscribeResponse,
} from '../../src/gen/cassadra/v1/event_store.js';
import { API, EventStoreCaller, failure, happened } from './event-store-caller.js';
import { LOCAL_BACKENDS, serve, type StoreUnderTest } from './store-under-test.js';

const CANCELLED = 1;
const DEADLINE_EXCEEDED = 4;

/** What a subscription has sent, read one by one. */
class Follower {
  readonly call: ClientReadableStream<SubscribeResponse>;
  readonly #messages: AsyncIterator<SubscribeResponse, undefined>;

  constructor(caller: EventStoreCaller, request: Partial<SubscribeRequest>, deadline?: number) {
    const whole = SubscribeRequest.fromPartial(request);
    this.call = caller.stream(API.subscribe, whole, deadline === undefined ? {} : { deadline });
    this.#messages = this.call[Symbol.asyncIterator]();
  }

  async next(): Promise<SubscribeResponse> {
    const next = await this.#messages.next();
    if (next.done === true) throw new Error('the subscription has ended');
    return next.value;
  }

  /** The JSON of the next events, `count` of them, and the cursor after them. */
  async events(count: number): Promise<{ readonly jsons: unknown[]; readonly cursor: string }> {
    const jsons: unknown[] = [];
    for (;;) {
      const { message, cursor } = await this.next();
      if (message?.$case !== 'events') continue;
      jsons.push(...message.value.events.map(({ content }) => content?.value));
      if (jsons.length >= count) return { jsons, cursor };
    }
  }

  async caughtUp(): Promise<void> {
    while ((await this.next()).message?.$case !== 'caughtUp');
  }
}

for (const [name, open] of Object.entries(LOCAL_BACKENDS)) {
  describe(`Subscribe on ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let store: StoreUnderTest;
    let caller: EventStoreCaller;

    before(async () => {
      opened = await open();
      store = await serve(() => opened.backend);
      caller = new EventStoreCaller(store.address);
    });

    after(async () => {
      caller.close();
      await store.stop();
      await opened.remove();
    });

    test('a stream: what there is, caught up, then what comes; a cursor goes on', async () => {
      await caller.append('live', happened('1'), happened('2'));
      const follower = new Follower(caller, { stream: 'live' });
      assert.deepEqual((await follower.events(2)).jsons, ['1', '2']);
      await follower.caughtUp();
      await caller.append('live', happened('3'));
      const { jsons, cursor } = await follower.events(1);
      assert.deepEqual(jsons, ['3']);
      follower.call.cancel();
      await caller.append('live', happened('4'));
      const again = new Follower(caller, { stream: 'live', cursor });
      assert.deepEqual((await again.events(1)).jsons, ['4']);
      again.call.cancel();
    });

    test('types, one of them not used yet, from now on', async () => {
      const from = SubscribeFrom.SUBSCRIBE_FROM_NOW;
      const follower = new Follower(caller, { types: ['later', 'happened'], from });
      await follower.caughtUp();
      const later = { typeRef: { $case: 'type', value: 'later' } } as const;
      await caller.append('t1', happened('5', later));
      await caller.append('t2', happened('6'));
      assert.deepEqual((await follower.events(2)).jsons, ['5', '6']);
      follower.call.cancel();
    });

    test('all, with a filter', async () => {
      const filter = { types: [], typeCodes: [], streamPrefix: 'f/', metadata: { a: 'b' } };
      const follower = new Follower(caller, { all: true, filter });
      await caller.append('f/1', happened('7'), happened('8', { metadata: { a: 'b', c: '' } }));
      await caller.append('g/1', happened('9', { metadata: { a: 'b' } }));
      await caller.append('f/2', happened('10', { metadata: { a: 'b' } }));
      assert.deepEqual((await follower.events(2)).jsons, ['8', '10']);
      follower.call.cancel();
    });

    test('a caller that has cancelled, or whose time is over, leaves nothing behind', async () => {
      const follower = new Follower(caller, { stream: 'nothing' });
      await follower.caughtUp();
      const next = failure(follower.next());
      follower.call.cancel();
      assert.equal((await next).status, CANCELLED);
      const late = new Follower(caller, { stream: 'nothing' }, Date.now() + 3_000);
      await late.caughtUp();
      assert.equal((await failure(late.next())).status, DEADLINE_EXCEEDED);
    });
  });
}
