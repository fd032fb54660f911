import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedServer } from './server.js';
import { createWorld, trueMs, type World } from './world.js';

const BUCKET_MS = 600_000;
/** Servers have shared out the shards by then. */
const SETTLED_MS = 7_000;
/** Adds are made at every ms this long before and after the edge. */
const AROUND_MS = 100;
/** How far ahead: now, what is read already, and where reading ahead and the lane end. */
const AHEAD_MS = [-1, 0, 1, 2, 40, 75, 249, 250, 500, 7_999, 8_000, 8_001, 9_999, 10_000, 10_001];
/** Due around the edge, wherever the add stands. */
const FROM_EDGE_MS = [-2, -1, 0, 1, 2];
const DONE_MS = SETTLED_MS + 30_000;
/** Of this seed nothing is disturbed. */
const QUIET_SEED = 10;

/** The edge of a bucket comes `SETTLED_MS` after the beginning. */
function edgeWorld(): { readonly world: World; readonly edgeMs: number } {
  const drawn = createWorld(QUIET_SEED, false);
  assert.equal(drawn.profile.mode, 'quiet');
  const edgeMs = Math.ceil(drawn.startMs / BUCKET_MS) * BUCKET_MS;
  const profile = { ...drawn.profile, shards: 4, outageMs: 0 };
  return { world: { ...drawn, profile, startMs: edgeMs - SETTLED_MS }, edgeMs };
}

test('what is added at any ms around the edge of a bucket fires on time', async (t) => {
  const { world, edgeMs } = edgeWorld();
  const { time, ledger, rows } = world;
  const pollers = [new SimulatedServer(world, 's0', true), new SimulatedServer(world, 's1', true)];
  // notices of a server that fires nothing itself, and of one that does
  const servers = [new SimulatedServer(world, 's2', false), ...pollers];
  for (const server of servers) void server.start();
  const failures: unknown[] = [];
  let asked = 0;
  let answered = 0;
  const add = (server: SimulatedServer, dueMs: number): void => {
    asked += 1;
    // so many that no limit holds anything up
    const key = { application: `edges ${asked % 32}`, eventId: `e${asked}` };
    const url = `http://good.test:${1_000 + (asked % 128)}/`;
    const target = { kind: 'http', url, method: 'POST', headers: [] } as const;
    const wish = { key, dueMs, payload: new Uint8Array(), target, onExists: 'reject' } as const;
    const standard = { retry: undefined, timeoutMs: undefined, retentionMs: undefined };
    const { signal } = new AbortController();
    server
      .call((scheduler) => scheduler.schedule({ ...wish, ...standard }, signal))
      .catch((error: unknown) => failures.push(error))
      .finally(() => (answered += 1));
  };
  for (let offset = -AROUND_MS; offset <= AROUND_MS; offset += 1) {
    time.at(SETTLED_MS + offset, () => {
      const server = servers[Math.abs(offset) % servers.length];
      if (server === undefined) return;
      for (const ahead of AHEAD_MS) add(server, trueMs(world) + ahead);
      for (const fromEdge of FROM_EDGE_MS) add(server, edgeMs + fromEdge);
    });
  }
  const wanted = (2 * AROUND_MS + 1) * (AHEAD_MS.length + FROM_EDGE_MS.length);
  const done = (): boolean => answered === wanted && rows.open === 0;
  await time.run(() => ledger.failure !== undefined || done(), DONE_MS);
  assert.deepEqual(failures, []);
  assert.equal(ledger.failure, undefined);
  const { counts } = world.history;
  const onTime = (counts.get('punctuality') ?? 0) + (counts.get('before its answer') ?? 0);
  assert.ok(onTime >= wanted, `the lateness of each was looked at: ${onTime} of ${wanted}`);
  t.diagnostic(`${wanted} adds, each on time`);
});
