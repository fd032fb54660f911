import { setTimeout as sleep } from 'node:timers/promises';
import { closedLoop, type ClosedLoop } from '../../load/closed-loop.js';
import { loadInput } from '../../load/load-input.js';
import type { LoadResult } from '../../model/load-result.js';
import type { AppendWorkload, LoadWorkload } from '../../model/workload.js';
import { catchUp } from './catch-up.js';
import { deliver } from './deliver.js';
import { loadedStreams, prepare } from './prepare.js';
import type { OpenStoreLibrary, StoreLibrary } from './store-library.js';
import type { StoreInput } from './store-input.js';
import { existingStreams, streamsOf } from './streams.js';

type Times = Required<Pick<ClosedLoop, 'seconds' | 'warmUpSeconds'>>;

const NOTHING: LoadResult = { operations: 0, events: 0, seconds: 0, errors: 0 };

/**
 * Each run is a new process, whose libraries and clients begin cold, where a server is warm since
 * its first round.
 */
const WARM_UP_SECONDS = 5;
/** A call that hangs keeps some clients from closing. */
const CLOSE_MS = 10_000;

/** The load program of a library: does what its input says, prints the result, and ends. */
export async function runStoreLoad(open: OpenStoreLibrary): Promise<void> {
  const input = loadInput<StoreInput>();
  const store = await open(input.location, input.workload);
  try {
    console.log(JSON.stringify(await result(store, input)));
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
  const closed = store.close().catch((error: unknown) => console.error('load: close:', error));
  await Promise.race([closed, sleep(CLOSE_MS)]);
  process.exit();
}

async function result(store: StoreLibrary, input: StoreInput): Promise<LoadResult> {
  const { workload, seconds } = input;
  const times = { seconds, warmUpSeconds: WARM_UP_SECONDS };
  if (input.task === 'prepare') {
    await prepare(store, workload);
    return NOTHING;
  }
  switch (workload.kind) {
    case 'append':
      return append(store, workload, times);
    case 'load':
      return load(store, workload, times);
    case 'catch-up':
      return catchUp(store, { events: workload.events, ...times });
    case 'delivery':
      return deliver(store, { perSecond: workload.perSecond, ...times });
  }
}

async function append(
  store: StoreLibrary,
  { clients, batch, streams }: AppendWorkload,
  times: Times,
): Promise<LoadResult> {
  const expected = streams === 'new' ? 'none' : 'any';
  const next = streamsOf(streams);
  if (streams === 'existing') await store.touch?.(existingStreams);
  const call = async (client: number): Promise<number> => {
    await store.append(next(client), batch, expected);
    return batch;
  };
  return closedLoop({ clients, ...times, call });
}

function load(
  store: StoreLibrary,
  { events, clients }: LoadWorkload,
  times: Times,
): Promise<LoadResult> {
  const streams = loadedStreams(events);
  let next = 0;
  const call = async (): Promise<number> => {
    const stream = streams[next++ % streams.length] ?? '';
    const found = await store.read(stream);
    if (found !== events) throw new Error(`${stream} has ${String(found)} events.`);
    return found;
  };
  return closedLoop({ clients, ...times, call });
}
