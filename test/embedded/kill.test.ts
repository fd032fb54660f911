import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { seededRandom } from '../../src/runtime/index.js';
import { runWriter } from './child.js';
import { verifyFolder, type VerifiedCounts } from './verify.js';
import { ownStreams, SHARED_STREAMS, TYPES, WRITERS, type Acknowledged } from './workload.js';

const KILLS = process.env['CASSADRA_TEST_LONG'] === '1' ? 200 : 20;
/** One kill of eight or so comes between a commit and its answer; the run goes on until one did. */
const KILLS_MAX = 10 * KILLS;
const STREAMS = [...ownStreams('a'), ...SHARED_STREAMS];

test(`kill -9 amid ${WRITERS} writers, at least ${KILLS} times on one folder`, async (t) => {
  const seed = Number(process.env['CASSADRA_TEST_SEED'] ?? Date.now() % 1_000_000);
  t.diagnostic(`seed ${seed} (set CASSADRA_TEST_SEED to repeat)`);
  const random = seededRandom(seed);
  const dataDir = await mkdtemp(join(tmpdir(), 'cassadra-kill-'));
  const acknowledged: Acknowledged[] = [];
  let counts: VerifiedCounts = { events: 0, batches: 0, unanswered: 0 };
  let kills = 0;
  try {
    while (kills < KILLS || (counts.unanswered === 0 && kills < KILLS_MAX)) {
      const killAfter = 1 + Math.floor(random.next() * 500);
      const killDelayMs = Math.floor(random.next() * 15);
      const run = await runWriter(
        [dataDir, 'a', `run${kills}`, String(seed + kills)],
        (child, count) => {
          if (count === killAfter) setTimeout(() => child.kill('SIGKILL'), killDelayMs);
        },
      );
      assert.equal(run.signal, 'SIGKILL', `the writer ended by itself: ${run.errors}`);
      assert.ok(run.acknowledged.length >= killAfter);
      kills += 1;
      acknowledged.push(...run.acknowledged);
      counts = await verifyFolder(dataDir, { streams: STREAMS, types: TYPES, acknowledged });
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
  const { events, batches, unanswered } = counts;
  t.diagnostic(`${kills} kills, ${acknowledged.length} appends acknowledged, all there`);
  t.diagnostic(`${batches} batches of ${events} events, ${unanswered} of them unanswered`);
  assert.ok(unanswered > 0, 'no kill came between a commit and its answer');
});
