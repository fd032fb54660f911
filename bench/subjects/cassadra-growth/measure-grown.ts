import { randomUUID } from 'node:crypto';
import type { Cassadra, NewEvent } from 'cassadra';
import { closedLoop, type ClosedLoop } from '../../load/closed-loop.js';
import { PAYLOAD } from '../../load/payload.js';
import type { LoadResult } from '../../model/load-result.js';
import type { GrowthWorkload } from '../../model/workload.js';
import { GROWN_TYPE, grownStream, longStreams } from './fill.js';

/** The process is as new as the run. */
const WARM_UP_SECONDS = 4;
const CLIENTS = 16;
/** The last events of a long stream that are read. */
const LAST = 10;
const PAGE = 1_000;
/** For getting to a place in a type quickly. */
const LARGE_PAGE = 10_000;

type Call = Pick<ClosedLoop, 'clients' | 'call'>;

/** Calls of one kind, in a store of the workload's size. */
export async function measureGrown(
  store: Cassadra,
  workload: GrowthWorkload,
  seconds: number,
): Promise<LoadResult> {
  const call = await callOf(store, workload);
  return closedLoop({ ...call, seconds, warmUpSeconds: WARM_UP_SECONDS });
}

async function callOf(store: Cassadra, { of, size, call }: GrowthWorkload): Promise<Call> {
  if (call.endsWith('page')) return pages(store, await cursorAt(store, placeOf(call, size)));
  if (of === 'events of a stream') {
    const next = inTurn(longStreams(size));
    // one client, so that appends to one stream are not merged where there is only one
    return call === 'read'
      ? { clients: 1, call: () => readLast(store, next(), Math.min(LAST, size)) }
      : { clients: 1, call: () => append(store, next(), 'any') };
  }
  if (call === 'read') {
    const anyStream = (): string => grownStream(Math.floor(Math.random() * size));
    return { clients: CLIENTS, call: () => readLast(store, anyStream(), 1) };
  }
  return { clients: CLIENTS, call: () => append(store, `new-${randomUUID()}`, 'no-stream') };
}

function inTurn(names: readonly string[]): () => string {
  let turn = 0;
  return () => names[turn++ % names.length] ?? '';
}

async function append(
  store: Cassadra,
  stream: string,
  expected: 'any' | 'no-stream',
): Promise<number> {
  const event: NewEvent = { type: GROWN_TYPE, json: PAYLOAD };
  await store.append(stream, event, { expected });
  return 1;
}

async function readLast(store: Cassadra, stream: string, count: number): Promise<number> {
  let found = 0;
  for await (const event of store.read(stream, { direction: 'backward', limit: count })) {
    found += event.data === undefined ? 0 : 1;
  }
  if (found !== count) throw new Error(`${stream} gave ${String(found)} events`);
  return found;
}

/** How many events of the type lie before the page. */
function placeOf(call: string, size: number): number {
  if (call === 'first page') return 0;
  return call === 'middle page' ? size / 2 : size - PAGE;
}

async function cursorAt(store: Cassadra, place: number): Promise<string | undefined> {
  let cursor: string | undefined;
  for (let left = place; left > 0; ) {
    const limit = Math.min(LARGE_PAGE, left);
    const page = await store.poll({ types: [GROWN_TYPE], limit, cursor });
    if (page.events.length === 0) throw new Error(`${String(left)} events are missing`);
    left -= page.events.length;
    cursor = page.nextCursor;
  }
  return cursor;
}

function pages(store: Cassadra, cursor: string | undefined): Call {
  const call = async (): Promise<number> => {
    const { events } = await store.poll({ types: [GROWN_TYPE], limit: PAGE, cursor });
    if (events.length === 0) throw new Error('an empty page');
    return events.length;
  };
  return { clients: 1, call };
}
