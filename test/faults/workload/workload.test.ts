import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkRun } from '../checks/check-run.js';
import type { HistoryLine, RunRecord } from '../history/operation.js';
import { ServerProcess } from '../servers/server-process.js';
import { startWorkload, type Workload } from './workload.js';

const SEED = 8;
const WAIT_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** What the clients must have met by the time the server is killed. */
const BEFORE_KILL = [
  ...['append v1 ok', 'append v1 conflict', 'append storegrpc ok', 'append storegrpc conflict'],
  ...['read v1', 'read storegrpc', 'timer-add done', 'timer-cancel done', 'callback'],
  ...['subscribe', 'subscribe, moving', 'poll', 'poll, moving'].map(
    (name) => `delivery to ${name}`,
  ),
];
/** Before it is killed it does not answer for a while. */
const WHILE_PAUSED = ['append v1 unknown', 'append storegrpc unknown'];
/** And by the end. */
const IN_THE_END = ['opened', 'changed, moving', 'moved', 'closed, moving'].map(
  (name) => `delivery to find ${name}`,
);

async function serversOn(t: TestContext): Promise<readonly ServerProcess[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cassadra-workload-'));
  const env = {
    STORAGE: 'embedded',
    DATA_DIR: join(folder, 'data'),
    CALLBACK_ALLOW_CIDRS: '127.0.0.0/8',
  };
  const servers = await Promise.all(
    ['server 1', 'server 2'].map((name) =>
      ServerProcess.of({ name, program: 'grpc-store', host: '127.0.0.1', env, folder }),
    ),
  );
  t.after(async () => {
    for (const server of servers) await server.kill();
    await rm(folder, { recursive: true, force: true });
  });
  for (const server of servers) await server.start();
  return servers;
}

function missing({ counts }: Workload, wanted: readonly string[]): string[] {
  return wanted.filter((kind) => !counts.has(kind));
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const endMs = performance.now() + WAIT_MS;
  while (!condition()) {
    assert.ok(performance.now() < endMs, `waited in vain for ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
}

test('clients of both APIs meet every kind of answer, and a kill leaves no doubt', async (t) => {
  const servers = await serversOn(t);
  const [victim] = servers;
  const lines: HistoryLine[] = [];
  const workload = await startWorkload({
    endpoints: servers.map(({ endpoint }) => endpoint),
    seed: SEED,
    record: (line) => lines.push(line),
    nowMs: () => performance.now(),
    receiverHost: '127.0.0.1',
    profile: { writerPauseMs: 100, timerPauseMs: 200, timerAheadMs: 3_000, quietMs: 5_000 },
  });
  t.after(() => workload.stop());
  await until('what must occur', () => missing(workload, BEFORE_KILL).length === 0);

  const fromMs = performance.now();
  victim?.pause();
  await until('unknown ends', () => missing(workload, WHILE_PAUSED).length === 0);
  await victim?.kill();
  await sleep(500);
  await victim?.start();
  const what = 'SIGSTOP, then kill -9 of server 1';
  const toMs = performance.now();
  lines.push({ kind: 'fault', fault: 'kill-server', what, target: 'server 1', fromMs, toMs });
  const finalStreams = await workload.settle();
  const record: RunRecord = {
    ...{ lines, finalStreams, readers: workload.readers, feed: 'ordered', passed: [] },
  };
  const { violations, figures } = checkRun(record);
  t.diagnostic(JSON.stringify({ ...Object.fromEntries(workload.counts), ...figures }, null, 1));
  assert.deepEqual(violations, []);
  assert.deepEqual(workload.troubles, []);
  assert.deepEqual(missing(workload, IN_THE_END), []);
  assert.ok((figures['unknowns resolved'] ?? 0) > 0);
  for (const { crashes } of servers) assert.deepEqual(crashes, []);
});
