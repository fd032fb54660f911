import { existingStreams, followedStream, numbered } from './streams.js';
import type { StoreLibrary } from './store-library.js';
import type { StoreWorkload } from './store-input.js';

/** So many events are read by the load workloads in one round over all streams. */
const LOADED_EVENTS = 40_000;
const MAX_LOADED_STREAMS = 1_000;
const BATCH = 100;

/** Writes what a workload needs. One append at a time: some stores mix up the order of others. */
export async function prepare(store: StoreLibrary, workload: StoreWorkload): Promise<void> {
  if (workload.kind === 'append' && workload.streams === 'existing') {
    for (const stream of existingStreams) await store.append(stream, 1, 'any');
  }
  if (workload.kind === 'load') {
    for (const stream of loadedStreams(workload.events)) await fill(store, stream, workload.events);
  }
  if (workload.kind === 'catch-up') {
    for (let left = workload.events; left > 0; left -= BATCH) {
      await store.append(followedStream(String(left)), Math.min(BATCH, left), 'none');
    }
  }
  await store.settle?.();
}

/** The streams that {@link prepare} has filled with so many events each. */
export function loadedStreams(events: number): readonly string[] {
  return numbered(Math.max(1, Math.min(MAX_LOADED_STREAMS, Math.floor(LOADED_EVENTS / events))));
}

async function fill(store: StoreLibrary, stream: string, events: number): Promise<void> {
  for (let left = events; left > 0; left -= BATCH) {
    await store.append(stream, Math.min(BATCH, left), left === events ? 'none' : 'any');
  }
}
