import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { testStore } from '../../testing/index.js';
import { InvalidRequestError, StoreError } from '../errors.js';
import type { RecordedEvent } from '../recorded-event.js';
import { declareEvents, defineEvents, SCHEMA_VERSION } from './event-set.js';
import { typedStore } from './typed-store.js';

const TEST_TIME = { timeout: 20_000 };

const Opened = z.object({ owner: z.string().min(1) });
const account = defineEvents({
  Opened,
  Deposited: z.object({ cents: z.int(), at: z.iso.datetime().transform((at) => new Date(at)) }),
  Closed: z.undefined(),
});

async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** What an error must say. */
function saying(reason: string, message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof StoreError, String(error));
    assert.equal(error.reason, reason);
    assert.match(error.message, message);
    return true;
  };
}

describe('typed events', TEST_TIME, () => {
  test('come back as their schema makes them', async () => {
    const store = typedStore(testStore(), account);
    const at = new Date('2026-01-02T03:04:05.678Z');
    await store.append('a', [
      { type: 'Opened', data: { owner: 'Ann' }, metadata: { correlationId: 'c' } },
      { type: 'Deposited', data: { cents: 5, at } },
      { type: 'Closed', data: undefined },
    ]);
    const [opened, deposited, closed] = await listOf(store.read('a'));
    assert.ok(opened?.type === 'Opened' && deposited?.type === 'Deposited');
    const owner: string = opened.data.owner;
    const when: Date = deposited.data.at;
    assert.deepEqual([owner, when, opened.version], ['Ann', at, 1]);
    assert.deepEqual(opened.metadata, { correlationId: 'c' });
    assert.deepEqual([closed?.type, closed?.data], ['Closed', undefined]);
  });

  test('that do not fit are refused before anything is sent, naming what is wrong', async () => {
    const raw = testStore();
    const store = typedStore(raw, account);
    const good = { type: 'Opened', data: { owner: 'Ann' } } as const;
    const wrong = [
      [{ type: 'Opened', data: { owner: '' } }, /Opened\.data is refused: owner: /],
      // @ts-expect-error the owner is a text
      [{ type: 'Opened', data: { owner: 7 } } satisfies Given, /Opened\.data is refused: owner/],
      // @ts-expect-error no such type
      [{ type: 'Opend', data: { owner: 'Ann' } } satisfies Given, /type Opend is not defined/],
      // @ts-expect-error cents are a number
      [{ type: 'Deposited', data: { cents: 1n } } satisfies Given, /cannot be written as JSON/],
      // @ts-expect-error no data
      [{ type: 'Opened', data: undefined } satisfies Given, /Opened\.data is refused/],
    ] as const;
    for (const [event, message] of wrong) {
      const append = store.append('a', [good, event as Given]);
      await assert.rejects(append, saying('INVALID_ARGUMENT', message));
      await assert.rejects(append, InvalidRequestError);
    }
    assert.equal((await raw.getStream('a')).currentVersion, 0);
  });

  test('ids of events, and what is expected, are passed on', async () => {
    const raw = testStore();
    const store = typedStore(raw, account);
    const eventId = '018f0000-0000-7000-8000-000000000001';
    const event = { type: 'Opened', data: { owner: 'Ann' }, eventId } as const;
    await store.append('a', event, { expected: 'no-stream' });
    assert.equal((await store.append('a', event)).duplicate, true);
    const again = store.append('a', { ...event, eventId: '' });
    await assert.rejects(again, InvalidRequestError, 'not taken for none');
    const declared = typedStore(raw, declareEvents<{ Opened: { owner: string } }>());
    await assert.rejects(declared.append('a', { ...event, eventId: '' }), InvalidRequestError);
    assert.equal((await raw.getStream('a')).currentVersion, 1);
  });
});

type Given = Parameters<typeof account.encode>[0];

describe('older events', TEST_TIME, () => {
  const first = defineEvents({ Named: z.object({ name: z.string() }) });
  const third = defineEvents({
    Renamed: {
      schema: z.object({ first: z.string(), last: z.string(), middle: z.string() }),
      version: 3,
      formerNames: ['Named'],
      upcast: {
        1: (data) => {
          const [head = '', last = ''] = z.object({ name: z.string() }).parse(data).name.split(' ');
          return { first: head, last };
        },
        2: (data) => Object.assign({ middle: '' }, data),
      },
    },
  });

  test('become new ones, step by step, under their newest name', async () => {
    const raw = testStore();
    await typedStore(raw, first).append('s', { type: 'Named', data: { name: 'Ada Byron' } });
    await raw.append('s', {
      type: 'Named',
      data: { first: 'Ada', last: 'King' },
      metadata: { [SCHEMA_VERSION]: '2' },
    });
    const store = typedStore(raw, third);
    const data = { first: 'A', middle: 'B', last: 'C' };
    await store.append('s', { type: 'Renamed', data });
    const events = await listOf(store.read('s'));
    assert.deepEqual(
      events.map((event) => [event.type, event.data]),
      [
        ['Renamed', { first: 'Ada', last: 'Byron', middle: '' }],
        ['Renamed', { first: 'Ada', last: 'King', middle: '' }],
        ['Renamed', data],
      ],
    );
    assert.deepEqual(events[2]?.metadata, { [SCHEMA_VERSION]: '3' });
  });

  test('a former name is not appended any more', async () => {
    const append = third.encode({
      // @ts-expect-error the name of today
      type: 'Named',
      data: { first: 'A', middle: 'B', last: 'C' },
    });
    await assert.rejects(append, saying('INVALID_ARGUMENT', /type Named is not defined/));
  });

  test('what was read can be appended again', async () => {
    const raw = testStore();
    const metadata = { [SCHEMA_VERSION]: '2', correlationId: 'c' };
    await raw.append('s', { type: 'Named', data: { first: 'A', last: 'B' }, metadata });
    const store = typedStore(raw, third);
    for (const event of await listOf(store.read('s'))) {
      const { type, data, metadata: said } = event;
      await store.append('copy', { type, data, metadata: said });
      await typedStore(raw, first).append('old', {
        ...{ type: 'Named', data: { name: 'A B' } },
        metadata: said,
      });
    }
    const [copy] = await listOf(store.read('copy'));
    assert.deepEqual(copy?.metadata, { ...metadata, [SCHEMA_VERSION]: '3' });
    const [old] = await listOf(typedStore(raw, first).read('old'));
    assert.deepEqual(old?.metadata, { correlationId: 'c' });
  });

  test('what cannot be read is named', async () => {
    const raw = testStore();
    const store = typedStore(raw, third);
    const data = { first: 'A', last: 'B', middle: 'C' };
    const version = (text: string) => ({ metadata: { [SCHEMA_VERSION]: text } });
    const cases = [
      [{ type: 'Renamed', data, ...version('4') }, 'EVENT_TOO_NEW', /version is 4.*up to 3/],
      [{ type: 'Renamed', data, ...version('x') }, 'EVENT_INVALID', /schemaVersion is no version/],
      [{ type: 'Renamed', data: { first: 'A' }, ...version('3') }, 'EVENT_INVALID', /last/],
      [{ type: 'Named', data: { name: 7 } }, 'EVENT_INVALID', /its upcast failed/],
      [{ type: 'Other', data }, 'EVENT_TYPE_UNKNOWN', /\(Other\): its type is not defined/],
      [{ type: 7, data }, 'EVENT_TYPE_UNKNOWN', /\(code 7\)/],
      [{ type: 'Renamed', bytes: Buffer.from('{}') }, 'PAYLOAD_NOT_JSON', /holds bytes/],
    ] as const;
    for (const [index, [event, reason, message]] of cases.entries()) {
      await raw.append(`s${index}`, event);
      await assert.rejects(listOf(store.read(`s${index}`)), saying(reason, message));
    }
  });
});

describe('definitions that contradict are refused', () => {
  const schema = z.object({});
  const identity = (data: unknown): unknown => data;
  const wrong = [
    [{ A: { schema, formerNames: ['B'] }, B: schema }, /B is defined twice/],
    [{ A: { schema, formerNames: ['A'] } }, /A is defined twice/],
    [{ A: { schema, version: 0 } }, /whole number from 1 on/],
    [{ A: { schema, version: 1.5 } }, /whole number from 1 on/],
    [{ A: { schema, version: 3, upcast: { 2: identity } } }, /no upcast from version 1/],
    [{ A: { schema, upcast: { 1: identity } } }, /upcast from version 1, its version is 1/],
  ] as const;
  for (const [definitions, message] of wrong) {
    test(String(message), () => {
      assert.throws(() => defineEvents(definitions), { name: 'TypeError', message });
    });
  }
});

describe('a typed subscription', TEST_TIME, () => {
  const events = defineEvents({ Renamed: { schema: Opened, formerNames: ['Opened'] } });

  test('follows every name that its types had, and leaves out what it is told to', async () => {
    const raw = testStore();
    assert.deepEqual(events.names, ['Renamed', 'Opened']);
    await raw.append('s', [
      { type: 'Opened', data: { owner: 'A' } },
      { type: 'Other' },
      { type: 'Renamed', data: { owner: 'B' } },
    ]);
    const store = typedStore(raw, events, { unknownEvents: 'skip' });
    for (const source of [{}, { stream: 's' }, { all: true }] as const) {
      const owners: string[] = [];
      for await (const item of store.subscribe(source)) {
        if (item.kind === 'caught-up') break;
        if (item.kind === 'event') owners.push(item.event.data.owner);
      }
      assert.deepEqual(owners, ['A', 'B']);
    }
    const strict = typedStore(raw, events).subscribe({ stream: 's' });
    await assert.rejects(listOf(strict), saying('EVENT_TYPE_UNKNOWN', /Other/));
  });

  test('an event that is left out still moves the cursor', async () => {
    const raw = testStore();
    await raw.append('s', { type: 'Other' });
    const store = typedStore(raw, events, { unknownEvents: 'skip' });
    for await (const item of store.subscribe({ stream: 's' })) {
      assert.equal(item.kind, 'checkpoint');
      assert.notEqual(item.cursor, undefined);
      break;
    }
  });

  test('close ends a quiet one', async () => {
    const subscription = typedStore(testStore(), events).subscribe();
    for await (const item of subscription) if (item.kind === 'caught-up') subscription.close();
  });
});

describe('events by types alone', TEST_TIME, () => {
  test('are not checked', async () => {
    const set = declareEvents<{ A: { n: number }; B: undefined }>();
    const store = typedStore(testStore(), set);
    await store.append('s', [
      { type: 'A', data: { n: 1 } },
      { type: 'B', data: undefined },
    ]);
    // @ts-expect-error n is a number; nobody looks at it
    await store.append('s', { type: 'A', data: { n: 'x' } });
    const [first, second, third] = await listOf(store.read('s'));
    assert.ok(first?.type === 'A');
    const n: number = first.data.n;
    assert.deepEqual([n, second?.data, third?.data], [1, undefined, { n: 'x' }]);
    // @ts-expect-error nor is this one
    const bad = store.append('s', { type: 'A', data: { n: 1n } });
    await assert.rejects(bad, saying('INVALID_ARGUMENT', /A\.data cannot be written as JSON/));
  });
});

test('knows', () => {
  const event = (type: string | undefined): RecordedEvent => ({ type }) as RecordedEvent;
  assert.deepEqual(
    ['Opened', 'Renamed', undefined].map((type) => account.knows(event(type))),
    [true, false, false],
  );
});
