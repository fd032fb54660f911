import { StoreError } from '../../../src/client/index.js';
import { Draws } from '../../../src/runtime/index.js';
import type { Api, FinalEvent } from '../history/operation.js';
import { describeError } from './append-tries.js';
import { pauseAbout } from './pause.js';
import type { ServerClients } from './server-clients.js';
import type { WorkedStream } from './stream-set.js';
import { BrokenStreamError, findById, readAll, readHttp, readPages } from './whole-streams.js';
import { anotherServer, type WorkloadTools } from './workload-tools.js';

type Way = 'v1' | 'pages' | 'storegrpc' | 'http';

const WAYS: readonly Way[] = ['v1', 'v1', 'pages', 'pages', 'storegrpc', 'storegrpc', 'http'];
const PAGE_MAX = 15;
/** Corruption is said apart. */
const NEVER: readonly string[] = ['INTERNAL', 'DATA_DIR_INVALID'];
const OLD = 0.2;

/** Reads whole streams in all ways until the run stops. */
export async function readStreams(tools: WorkloadTools, seed: number): Promise<void> {
  const loop = async (draws: Draws): Promise<void> => {
    for (;;) {
      await pauseAbout(tools.profile.readerPauseMs, draws, tools.stopping);
      if (tools.stopping.aborted) return;
      const { streams } = tools;
      const stream = draws.chance(OLD) ? draws.pick(streams.all) : streams.pick(draws);
      await readOnce(tools, stream, draws);
    }
  };
  const loops = Array.from({ length: tools.profile.streamReaders }, (_, index) =>
    loop(new Draws(seed + index)),
  );
  await Promise.all(loops);
}

async function readOnce(tools: WorkloadTools, stream: WorkedStream, draws: Draws): Promise<void> {
  const way = draws.pick(WAYS);
  const clients = anotherServer(tools, draws);
  await recordRead(tools, { stream, clients, api: way === 'storegrpc' ? way : 'v1' }, () => {
    switch (way) {
      case 'v1':
        return readAll(clients.patient, stream);
      case 'pages': {
        const choose = () => anotherServer(tools, draws).single;
        return readPages(choose, stream, draws.whole(2, PAGE_MAX));
      }
      case 'storegrpc':
        return findById(clients, stream);
      case 'http':
        return readHttp(clients, stream);
    }
  });
}

/** What is read, from where. */
export interface ReadPlan {
  readonly stream: WorkedStream;
  readonly clients: ServerClients;
  readonly api: Api;
}

/** Reads and records; undefined when that has failed. */
export async function recordRead(
  { record, count, nowMs, streams, troubles }: WorkloadTools,
  { stream: { stream }, clients: { server }, api }: ReadPlan,
  read: () => Promise<FinalEvent[]>,
): Promise<readonly FinalEvent[] | undefined> {
  const invokedMs = nowMs();
  try {
    const events = await read();
    const endedMs = nowMs();
    const keys = events.map(({ key }) => key);
    record({ kind: 'read', api, stream, keys, invokedMs, endedMs, server });
    streams.heard(stream, keys.length);
    return events;
  } catch (error) {
    const times = { invokedMs, endedMs: nowMs(), server };
    if (error instanceof BrokenStreamError) {
      record({ kind: 'broken-read', api, stream, what: error.message, ...times });
    } else {
      if (error instanceof StoreError && NEVER.includes(error.reason)) {
        troubles.add(`read by ${api}: ${describeError(error)}`);
      }
      count(`read ${api} failed`);
    }
    return undefined;
  }
}
