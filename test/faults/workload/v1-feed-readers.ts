import type { RecordedEvent, Subscription } from '../../../src/client/index.js';
import { ALL_TYPES } from './event-types.js';
import {
  Follower,
  noteFailure,
  stayMs,
  type ReaderPlan,
  type RunningReader,
} from './feed-reader.js';
import { pause } from './pause.js';
import type { ServerClients } from './server-clients.js';
import { anotherServer, type WorkloadTools } from './workload-tools.js';

const AGAIN_MS = 200;
const POLL_WAIT_MS = 1_000;
const POLL_LIMIT = 50;

/** Follows all types by Subscribe. */
export function subscribing(tools: WorkloadTools, plan: ReaderPlan): RunningReader {
  return running(tools, plan, async (clients, follower) => {
    const leaving = new AbortController();
    const leave = (): void => leaving.abort();
    plan.stop.addEventListener('abort', leave, { once: true });
    const timer = plan.moving ? setTimeout(leave, stayMs(plan.draws)) : undefined;
    const { cursor } = follower;
    const options = { types: ALL_TYPES, cursor, signal: leaving.signal };
    try {
      await take(clients.patient.subscribe(options), follower);
    } finally {
      clearTimeout(timer);
      plan.stop.removeEventListener('abort', leave);
    }
  });
}

/** What lies between two cursors counts as received when the second one has come. */
async function take(subscription: Subscription, follower: Follower): Promise<void> {
  let batch: RecordedEvent[] = [];
  for await (const item of subscription) {
    if (item.kind === 'event') batch.push(item.event);
    if (item.cursor === undefined) continue;
    follower.receive(batch, item.cursor);
    batch = [];
  }
}

/** Follows all types by PollTypes. */
export function polling(tools: WorkloadTools, plan: ReaderPlan): RunningReader {
  return running(tools, plan, async (clients, follower) => {
    const untilMs = tools.nowMs() + stayMs(plan.draws);
    do {
      const { events, nextCursor } = await clients.single.poll({
        types: ALL_TYPES,
        cursor: follower.cursor,
        limit: POLL_LIMIT,
        waitMs: POLL_WAIT_MS,
        signal: plan.stop,
      });
      follower.receive(events, nextCursor);
    } while (!plan.stop.aborted && (!plan.moving || tools.nowMs() < untilMs));
  });
}

/** One stay after the other, for ever. */
function running(
  tools: WorkloadTools,
  { name, moving, draws, stop }: ReaderPlan,
  stay: (clients: ServerClients, follower: Follower) => Promise<void>,
): RunningReader {
  const follower = new Follower(tools, name);
  const follow = async (): Promise<void> => {
    let clients = draws.pick(tools.servers);
    while (!stop.aborted) {
      try {
        await stay(clients, follower);
      } catch (error) {
        if (stop.aborted) return;
        noteFailure(tools, name, error);
        await pause(AGAIN_MS, stop);
      }
      if (moving) clients = anotherServer(tools, draws, clients.server);
    }
  };
  const reader = { name, api: 'v1', types: ALL_TYPES } as const;
  return { reader, seen: follower.seen, unversioned: [], done: follow() };
}
