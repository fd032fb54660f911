import type { Delivery } from '../history/operation.js';
import { keyIn } from './event-keys.js';
import { codeOf } from './event-types.js';
import { noteFailure, Seen, stayMs, type ReaderPlan, type RunningReader } from './feed-reader.js';
import { pause } from './pause.js';
import { anotherServer, type WorkloadTools } from './workload-tools.js';

const BATCH = 40;
const ROUND_MS = 500;

/** Follows a type by FindByType: `latest` of a page is handed back as `since`. */
export function findingByType(
  tools: WorkloadTools,
  { name, moving, draws, stop }: ReaderPlan,
  type: string,
): RunningReader {
  const seen = new Seen(tools.nowMs());
  const unversioned: Omit<Delivery, 'version'>[] = [];
  let sinceMs = 0;
  let clients = draws.pick(tools.servers);
  let leaveMs = tools.nowMs() + stayMs(draws);

  /** Whether there may be more. */
  const readPage = async (): Promise<boolean> => {
    const request = { type: codeOf(type), sinceMs, batchSize: BATCH };
    const { events, latestMs } = await clients.storegrpc.findByType(request);
    const atMs = tools.nowMs();
    for (const { id, payload } of events) {
      const key = keyIn(payload);
      const stream = tools.streams.nameOf(id);
      unversioned.push({ kind: 'delivery', reader: name, atMs, stream, key });
      seen.add(key, atMs);
    }
    if (events.length > 0) sinceMs = latestMs;
    return events.length >= BATCH;
  };
  const follow = async (): Promise<void> => {
    while (!stop.aborted) {
      const more = await readPage().catch((error: unknown) => noteFailure(tools, name, error));
      if (more !== true) await pause(ROUND_MS, stop);
      if (!moving || tools.nowMs() < leaveMs) continue;
      clients = anotherServer(tools, draws, clients.server);
      leaveMs = tools.nowMs() + stayMs(draws);
    }
  };
  const reader = { name, api: 'storegrpc', types: [type] } as const;
  return { reader, seen, unversioned, done: follow() };
}
