/** A strict program of a user of the package: typed events, a decider, the testing entry. */
export const PACKED_PROGRAM = `
import assert from 'node:assert/strict';
import { commandHandler, connect, defineEvents, typedStore } from 'cassadra';
import type { Cassadra, Decider, EventsOf } from 'cassadra';
import { specificationOf, testStore } from 'cassadra/testing';
import { z } from 'zod';

type AccountEvent = EventsOf<{ Opened: { owner: string }; Deposited: { cents: number } }>;
const events = defineEvents({
  Opened: z.object({ owner: z.string() }),
  Deposited: z.object({ cents: z.int() }),
});
const account: Decider<number, { readonly deposit: number }, AccountEvent> = {
  initialState: () => 0,
  evolve: (state, event) => (event.type === 'Deposited' ? state + event.data.cents : state),
  decide: ({ deposit }) => ({ type: 'Deposited', data: { cents: deposit } }),
};
const given = specificationOf(account);
given().when({ deposit: 5 }).then({ type: 'Deposited', data: { cents: 5 } });

async function use(store: Cassadra): Promise<void> {
  const typed = typedStore(store, events);
  await typed.append('account-1', { type: 'Opened', data: { owner: 'Ann' } });
  // @ts-expect-error an owner is a text
  await assert.rejects(typed.append('account-1', { type: 'Opened', data: { owner: 1 } }));
  const stream = (id: number): string => 'account-' + String(id);
  const handler = commandHandler({ store, decider: account, events, stream });
  assert.equal((await handler.handle(1, { deposit: 5 })).state, 5);
  const read: string[] = [];
  for await (const { type } of typed.read('account-1')) read.push(type);
  assert.deepEqual(read, ['Opened', 'Deposited']);
  const seen: unknown[] = [];
  for await (const item of typed.subscribe({ stream: 'account-1' })) {
    if (item.kind === 'caught-up') await handler.handle(1, { deposit: 7 });
    if (item.kind !== 'event') continue;
    seen.push(item.event.type === 'Opened' ? item.event.data.owner : item.event.data.cents);
    if (seen.length === 3) break;
  }
  assert.deepEqual(seen, ['Ann', 5, 7]);
}

const memory = testStore();
await use(memory);
const append = { stream: 'account-1', type: 'Deposited', data: { cents: 1 } };
await memory.timers.schedule({ application: 'app', eventId: '1', due: { inMs: 60_000 }, append });
await memory.clock.advance(60_000);
assert.equal(memory.fired.length, 1);
const store = connect(process.argv[2] ?? '');
await use(store);
await store.close();
console.log('all is well');
`;
