import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Draws } from '../../../src/runtime/index.js';
import type { FeedReader, FinalEvent, HistoryLine } from '../history/operation.js';
import type { ServerEndpoint } from '../world.js';
import { CallbackReceiver } from './callback-receiver.js';
import { CountedRecord } from './counted-record.js';
import { CODED_TYPES, declareTypes } from './event-types.js';
import type { ReaderPlan, RunningReader } from './feed-reader.js';
import { OpenAppends } from './open-appends.js';
import { USUAL_PROFILE, type WorkloadProfile } from './profile.js';
import { clientsOf } from './server-clients.js';
import {
  closeStreams,
  readFinalStreams,
  recordUnidentified,
  recordUnversioned,
  untilCaughtUp,
} from './settle.js';
import { readStreams } from './stream-readers.js';
import { StreamSet } from './stream-set.js';
import { findingByType } from './storegrpc-feed-reader.js';
import { Timers } from './timers.js';
import { Troubles } from './troubles.js';
import { polling, subscribing } from './v1-feed-readers.js';
import type { WorkloadTools } from './workload-tools.js';
import { Writers } from './writers.js';

export interface WorkloadOptions {
  readonly endpoints: readonly ServerEndpoint[];
  readonly seed: number;
  /** Takes the history as it happens. */
  readonly record: (line: HistoryLine) => void;
  /** The monotonic clock of the history. */
  readonly nowMs: () => number;
  /** Address that callbacks of timed events can reach. */
  readonly receiverHost: string;
  readonly profile?: Partial<WorkloadProfile>;
}

/** Clients of both APIs at work: writers, readers, timed events. */
export interface Workload {
  /** Every reader by type. */
  readonly readers: readonly FeedReader[];
  /** What clients did, by kind and end. */
  readonly counts: ReadonlyMap<string, number>;
  /** Answers that must never come; what stayed without an answer. */
  readonly troubles: readonly string[];
  /**
   * When all faults are healed: stops the writers, tries what ended unknown until it is definite,
   * reads all streams, and waits for readers and timed events. Then nothing of it is left.
   */
  settle(): Promise<ReadonlyMap<string, readonly FinalEvent[]>>;
  /** Ends at once, for a run that has failed. */
  stop(): Promise<void>;
}

/** A callback that comes after a cancel is looked for so long. */
const LINGER_MS = 1_000;

/** Starts all clients; all servers must be ready. */
export async function startWorkload(options: WorkloadOptions): Promise<Workload> {
  const { seed, receiverHost, nowMs } = options;
  const counted = new CountedRecord(options.record);
  const stopping = new AbortController();
  const reading = new AbortController();
  // each client waits for them
  setMaxListeners(0, stopping.signal, reading.signal);
  const tools = toolsOf(options, counted, stopping.signal);
  const [first] = tools.servers;
  if (first !== undefined) await declareTypes(first.patient);
  const receiver = await CallbackReceiver.listen(receiverHost, new Draws(seed), (timer) => {
    counted.add({ kind: 'callback', timer, atMs: nowMs() });
    timers.arrived(timer);
  });
  const timers = new Timers(tools, receiver);
  const open = new OpenAppends(tools);
  const writers = new Writers(tools, open);
  const readers = startReaders(tools, seed, reading.signal);
  const seedOf = (part: number): number => Math.imul(seed, 1_000) + part * 100;
  const clients = [writers.run(seedOf(1)), readStreams(tools, seedOf(2)), timers.run(seedOf(3))];
  const over = Promise.all(clients);
  // a fault of the workload itself shows in the end, and is not unhandled until then
  over.catch(() => undefined);

  const end = async (): Promise<void> => {
    stopping.abort();
    reading.abort();
    await Promise.all(tools.servers.map((clientsOfServer) => clientsOfServer.close()));
    await Promise.allSettled([over, ...readers.map(({ done }) => done)]);
    await receiver.close();
  };
  let ended: Promise<void> | undefined;
  const stop = (): Promise<void> => (ended ??= end());
  const settle = async (): Promise<ReadonlyMap<string, readonly FinalEvent[]>> => {
    const draws = new Draws(seedOf(4));
    stopping.abort();
    await over;
    await Promise.all([open.resolve(draws), timers.resolve(draws)]);
    const { unidentified } = open;
    await closeStreams(tools, unidentified, draws, () => writers.nextName());
    const finalStreams = await readFinalStreams(tools, draws);
    recordUnidentified(tools, unidentified, finalStreams);
    await Promise.all([untilCaughtUp(tools, readers, finalStreams), timers.untilFired()]);
    await sleep(LINGER_MS);
    recordUnversioned(tools, readers, finalStreams);
    await stop();
    return finalStreams;
  };
  return {
    readers: readers.map(({ reader }) => reader),
    counts: counted.counts,
    get troubles() {
      return tools.troubles.texts;
    },
    settle,
    stop,
  };
}

function toolsOf(
  { endpoints, seed, nowMs, profile: changed }: WorkloadOptions,
  counted: CountedRecord,
  stopping: AbortSignal,
): WorkloadTools {
  const profile = { ...USUAL_PROFILE, ...changed };
  const counts = { used: profile.streams, eventsMax: profile.streamEventsMax };
  return {
    servers: endpoints.map(clientsOf),
    streams: new StreamSet(`run-${seed}`, counts, new Draws(seed)),
    troubles: new Troubles(),
    profile,
    record: (line) => counted.add(line),
    count: (what) => counted.count(what),
    nowMs,
    stopping,
  };
}

/** Of each kind some stay with their server and some change servers. */
function startReaders(tools: WorkloadTools, seed: number, stop: AbortSignal): RunningReader[] {
  const planOf = (kind: string, index: number, moving: boolean): ReaderPlan => {
    const name = moving ? `${kind}, moving` : kind;
    return { name, moving, draws: new Draws(seed + index), stop };
  };
  return [
    subscribing(tools, planOf('subscribe', 1, false)),
    subscribing(tools, planOf('subscribe', 2, true)),
    polling(tools, planOf('poll', 3, false)),
    polling(tools, planOf('poll', 4, true)),
    ...CODED_TYPES.map((type, index) =>
      findingByType(tools, planOf(`find ${type}`, 5 + index, index % 2 === 1), type),
    ),
  ];
}
