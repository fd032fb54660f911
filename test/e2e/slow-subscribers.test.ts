import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  SubscribeRequest,
  type NewEvent,
  type SubscribeResponse,
} from '../../src/gen/cassadra/v1/event_store.js';
import { API, EventStoreCaller, happened } from '../wire/event-store-caller.js';
import { anonymousBytes, skipMemory } from './anonymous-bytes.js';
import { startStore } from './program.js';
import { embeddedStorage } from './storages.js';

const EVENTS = process.env.CASSADRA_TEST_LONG === '1' ? 100_000 : 20_000;
const EVENT_BYTES = 1_024;
const BATCH = 500;
const SUBSCRIBERS = 30;
const CATCH_UP = 3;
const MEBIBYTE = 1_048_576;

/** What is not read comes to 293 MiB; a young generation alone may grow by 96 of them. */
const NOISE_MAX_BYTES = 150 * MEBIBYTE;

function eventsOf({ message }: SubscribeResponse): number {
  return message?.$case === 'events' ? message.value.events.length : 0;
}

function mebibytes(bytes: number): string {
  return (bytes / MEBIBYTE).toFixed(0);
}

test('subscribers that read nothing cost little memory, then catch up', {
  skip: skipMemory,
}, async (t) => {
  const { program, port } = await startStore(t, await embeddedStorage.prepare(t));
  const caller = new EventStoreCaller(`127.0.0.1:${port}`);
  t.after(() => caller.close());
  const appendHalf = async (type: string): Promise<number> => {
    const typeRef = { $case: 'type', value: type } as const;
    const json = JSON.stringify('x'.repeat(EVENT_BYTES));
    const events = Array<NewEvent>(BATCH).fill(happened(json, { typeRef }));
    let mostBytes = 0;
    for (let count = 0; count < EVENTS / 2; count += BATCH) {
      await caller.append(`s${count % 7_000}`, ...events);
      mostBytes = Math.max(mostBytes, await anonymousBytes(program.pid));
    }
    return mostBytes;
  };
  const aloneBytes = await appendHalf('other');
  await caller.append('first', happened());
  const request = SubscribeRequest.fromPartial({ types: ['happened'] });
  const followers = await Promise.all(
    Array.from({ length: SUBSCRIBERS }, async () => {
      const call = caller.stream(API.subscribe, request);
      // grpc-js slows a server down only once it has begun to read
      const first = await new Promise<SubscribeResponse>((resolve) => call.once('data', resolve));
      call.pause();
      return { call, first };
    }),
  );
  // the callers' libraries take 16 messages each before they stop
  const filledBytes = await appendHalf('happened');
  const grownBytes = (await appendHalf('happened')) - filledBytes;
  const unread = mebibytes((EVENTS / 2) * EVENT_BYTES * SUBSCRIBERS);
  const [taken, grown] = [mebibytes(filledBytes - aloneBytes), mebibytes(grownBytes)];
  t.diagnostic(
    `${SUBSCRIBERS} subscribers: ${taken} MiB; ${unread} MiB more to read: ${grown} MiB`,
  );
  assert.ok(grownBytes < NOISE_MAX_BYTES, `${grown} MiB`);
  for (const [index, { call, first }] of followers.entries()) {
    let seen = eventsOf(first);
    call.on('error', () => undefined);
    while (index < CATCH_UP && seen <= EVENTS) {
      const answer: unknown = call.read();
      if (answer === null) await new Promise((resolve) => call.once('readable', resolve));
      else seen += eventsOf(answer as SubscribeResponse);
    }
    if (index < CATCH_UP) assert.equal(seen, EVENTS + 1);
    call.cancel();
  }
});
