import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { testStore } from '../../testing/index.js';
import { InvalidRequestError, StoreError, VersionConflictError } from '../errors.js';
import type { Cassadra } from '../cassadra.js';
import { systemTime } from '../time.js';
import { defineEvents, type EventSet } from '../typed/event-set.js';
import { commandHandler, type CommandHandlerOptions } from './command-handler.js';
import type { Decider } from './decider.js';

const TEST_TIME = { timeout: 20_000 };
const COMMAND = '018f0000-0000-7000-8000-00000000000a';
/** Pauses take no time. */
const time = { ...systemTime, sleep: () => Promise.resolve() };

type Counted = { readonly type: 'Counted'; readonly data: { readonly by: number } };

/** Counts; `max` is where it refuses, `decided` how often it has decided. */
class Counter implements Decider<number, number, Counted> {
  decided = 0;
  readonly max: number;

  constructor(max = 1_000) {
    this.max = max;
  }

  initialState(): number {
    return 0;
  }

  evolve(state: number, { data }: Counted): number {
    return state + data.by;
  }

  decide(by: number, state: number): Counted | Counted[] {
    this.decided += 1;
    if (state + by > this.max) throw new RangeError(`over ${this.max}`);
    return by === 0 ? [] : { type: 'Counted', data: { by } };
  }
}

type Options = Partial<CommandHandlerOptions<string, number, number, Counted>>;

function handlerOn(store: Pick<Cassadra, 'append' | 'read'>, options: Options = {}) {
  const parts = { store, stream: (id: string) => `counter-${id}`, time };
  return commandHandler({ ...parts, decider: new Counter(), ...options });
}

/** The store, with something that happens before each append. */
function before(store: Cassadra, happens: () => Promise<unknown>): Cassadra {
  return Object.assign(Object.create(store) as Cassadra, {
    append: async (...args: Parameters<Cassadra['append']>) => {
      await happens();
      return store.append(...args);
    },
    read: (...args: Parameters<Cassadra['read']>) => store.read(...args),
  });
}

/** Something that happens the first time only. */
function once(work: () => Promise<unknown>): () => Promise<unknown> {
  let begun = false;
  return async () => {
    if (begun) return undefined;
    begun = true;
    return work();
  };
}

async function versionOf(store: Cassadra, id = 'a'): Promise<number> {
  return (await store.getStream(`counter-${id}`)).currentVersion;
}

describe('a command', TEST_TIME, () => {
  test('is decided on what has happened, and its events are appended', async () => {
    const store = testStore();
    const handler = handlerOn(store);
    const first = await handler.handle('a', 2, { metadata: { correlationId: 'c' } });
    assert.deepEqual([first.state, first.version, first.repeated], [2, 1, false]);
    assert.deepEqual(first.events, [{ type: 'Counted', data: { by: 2 } }]);
    const second = await handler.handle('a', 3);
    assert.deepEqual([second.state, second.version], [5, 2]);
    assert.deepEqual(await handler.load('a'), { state: 5, version: 2 });
    assert.deepEqual(await handler.load('none'), { state: 0, version: 0 });
    for await (const event of store.read('counter-a', { limit: 1 })) {
      assert.deepEqual(event.metadata, { correlationId: 'c' });
    }
  });

  test('that leads to nothing appends nothing; one that is refused throws as it is', async () => {
    const store = testStore();
    const handler = handlerOn(store, { decider: new Counter(1) });
    const nothing = await handler.handle('a', 0);
    assert.deepEqual([nothing.events, nothing.appended, nothing.version], [[], undefined, 0]);
    await assert.rejects(handler.handle('a', 2), RangeError);
    assert.equal(await versionOf(store), 0);
  });

  test('is decided again on what others have appended meanwhile', async () => {
    const store = testStore();
    const decider = new Counter(5);
    const other = handlerOn(store);
    const handler = handlerOn(
      before(
        store,
        once(() => other.handle('a', 3)),
      ),
      { decider },
    );
    const handled = await handler.handle('a', 2);
    assert.deepEqual([handled.state, handled.version, decider.decided], [5, 2, 2]);
    const refused = handlerOn(
      before(
        store,
        once(() => other.handle('b', 4)),
      ),
      { decider },
    );
    await assert.rejects(refused.handle('b', 2), RangeError, 'the rule holds');
    assert.equal(await versionOf(store, 'b'), 1);
  });

  test('gives up when others are first again and again', async () => {
    const store = testStore();
    const decider = new Counter();
    const other = handlerOn(store);
    const busy = before(store, () => other.handle('a', 1));
    const handler = handlerOn(busy, { decider, retries: 2 });
    await assert.rejects(handler.handle('a', 1), VersionConflictError);
    assert.equal(decider.decided, 3);
  });

  test('ends with its signal', async () => {
    const store = testStore();
    const reason = new Error('enough');
    const ending = new AbortController();
    const conflict = new VersionConflictError('VERSION_CONFLICT', 'always');
    const busy = before(store, () => {
      ending.abort(reason);
      return Promise.reject(conflict);
    });
    const handling = handlerOn(busy).handle('a', 1, { signal: ending.signal });
    await assert.rejects(handling, (error) => error === reason);
  });
});

describe('a command with an id', TEST_TIME, () => {
  test('that comes again is not decided again', async () => {
    const store = testStore();
    const decider = new Counter(2);
    const handler = handlerOn(store, { decider });
    await handler.handle('a', 2, { commandId: COMMAND });
    const again = await handler.handle('a', 2, { commandId: COMMAND.toUpperCase() });
    assert.deepEqual([again.repeated, again.events, again.appended], [true, [], undefined]);
    assert.deepEqual([again.state, again.version, decider.decided], [2, 1, 1]);
  });

  test('given twice at the same time is appended once', async () => {
    const store = testStore();
    const handler = handlerOn(store);
    const both = [1, 2].map(() => handler.handle('a', 2, { commandId: COMMAND }));
    for (const { state, version } of await Promise.all(both)) {
      assert.deepEqual([state, version], [2, 1]);
    }
    assert.equal(await versionOf(store), 1);
  });

  test('the same, when the second decides otherwise, and behind events of others', async () => {
    const store = testStore();
    const twin = handlerOn(store);
    const handler = handlerOn(
      before(
        store,
        once(async () => {
          await twin.handle('a', 1, { commandId: COMMAND });
          await twin.handle('a', 7);
        }),
      ),
    );
    const handled = await handler.handle('a', 2, { commandId: COMMAND });
    assert.deepEqual([handled.repeated, handled.state, handled.version], [true, 8, 2]);
    assert.equal(await versionOf(store), 2);
  });

  test('may be given for two streams: their events have ids of their own', async () => {
    const store = testStore();
    const handler = handlerOn(store);
    await handler.handle('a', 2, { commandId: COMMAND });
    assert.equal((await handler.handle('b', 2, { commandId: COMMAND })).repeated, false);
    const { events } = await store.poll({ types: ['Counted'] });
    assert.equal(new Set(events.map(({ eventId }) => eventId)).size, 2);
  });

  test('must be a UUID', async () => {
    const handling = handlerOn(testStore()).handle('a', 1, { commandId: 'order-7' });
    await assert.rejects(handling, InvalidRequestError);
    await assert.rejects(handling, /commandId is not a UUID/);
  });

  test('an answer that is lost: handled again with the same id, it is there once', async () => {
    const store = testStore();
    const lost = Object.assign(Object.create(store) as Cassadra, {
      read: (...args: Parameters<Cassadra['read']>) => store.read(...args),
      append: async (...args: Parameters<Cassadra['append']>) => {
        await store.append(...args);
        throw new StoreError('OUTCOME_UNKNOWN', 'no answer');
      },
    });
    const options = { commandId: COMMAND };
    await assert.rejects(handlerOn(lost).handle('a', 2, options), { reason: 'OUTCOME_UNKNOWN' });
    assert.equal((await handlerOn(store).handle('a', 2, options)).repeated, true);
    assert.equal(await versionOf(store), 1);
  });
});

describe('the state', TEST_TIME, () => {
  const schema = z.object({ by: z.int() });

  test('is that of what will be read, not of what was decided', async () => {
    const store = testStore();
    const extra = { type: 'Counted', data: Object.assign({ by: 2 }, { note: 'x' }) } as const;
    const decider = {
      initialState: (): string => '',
      evolve: (state: string, { data }: Counted) => state + JSON.stringify(data),
      decide: () => extra,
    };
    const parts = { store, decider, stream: () => 's', events: defineEvents({ Counted: schema }) };
    const { state } = await commandHandler(parts).handle('a', undefined);
    assert.equal(state, '{"by":2}');
    assert.equal((await commandHandler(parts).load('a')).state, state);
  });

  test('events that could not be read again are not appended', async () => {
    const store = testStore();
    const events: EventSet<Counted> = defineEvents({ Counted: schema });
    const evolve = (): number => assert.fail('evolve');
    const decider = { initialState: () => 0, evolve, decide: new Counter().decide.bind({}) };
    await assert.rejects(handlerOn(store, { events, decider: { ...decider } }).handle('a', 1));
    await assert.rejects(handlerOn(store, { events }).handle('a', 1.5), InvalidRequestError);
    assert.equal(await versionOf(store), 0);
  });
});
