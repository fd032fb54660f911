import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { embeddedSettings, openEmbedded } from '../../src/backends/embedded/index.js';
import { ANY_VERSION, requireUuid } from '../../src/core/index.js';
import {
  seededRandom,
  silentLogger,
  systemComponents,
  systemIds,
} from '../../src/runtime/index.js';
import type { EventLog } from '../../src/storage/index.js';
import { Cli, type CliResult, type CliRun } from '../cli/cli.js';
import { temporaryFolder } from '../e2e/storages.js';
import { pick, stream, TYPES } from './workload.js';

const KILLS = process.env['CASSADRA_TEST_LONG'] === '1' ? 200 : 6;
/** A busy machine may be too late with a signal. */
const TRIES = 5;
const STREAMS = 1_000;
const EVENT_BYTES = 40_000;
const COPY_BYTES = STREAMS * EVENT_BYTES;

/** Enough that a copy takes a while. */
async function fill(eventLog: EventLog): Promise<void> {
  const { signal } = new AbortController();
  const content = { kind: 'bytes', bytes: new Uint8Array(EVENT_BYTES) } as const;
  const type = pick(TYPES, { next: () => 0 });
  const added = Array.from({ length: STREAMS }, async (_, index) => {
    const eventId = requireUuid(systemIds.newId());
    const events = [{ eventId, type, content, contentType: undefined, metadata: undefined }];
    const appends = [{ expected: ANY_VERSION, events, freshIds: true }];
    return eventLog.append({ stream: stream(`filled-${index}`), appends, signal });
  });
  for (const [outcome] of await Promise.all(added)) assert.equal(outcome?.kind, 'appended');
}

/** Once the copy has some bytes; when it is to have more than there are, once it has all. */
function comesTo(partial: string, bytes: number): () => Promise<boolean> {
  return async () => {
    if (bytes > COPY_BYTES) return existsSync(join(partial, 'backup.json'));
    const found = await stat(join(partial, 'cassadra-backup.mdb')).catch(() => undefined);
    return found !== undefined && found.size >= bytes;
  };
}

const wholeOf = (events: number): RegExp => new RegExp(`: ${events} events of `);

async function endWhen(
  run: CliRun,
  signal: NodeJS.Signals,
  isSo: () => Promise<boolean>,
): Promise<void> {
  while (run.child.exitCode === null && !(await isSo())) await pause(2);
  run.child.kill(signal);
  await run.result();
}

/** A folder with much in it, and a backend that is open on it. */
async function filledFolder(context: TestContext) {
  const folder = await temporaryFolder(context);
  const dataDir = join(folder, 'data');
  const backend = await openEmbedded(embeddedSettings(dataDir), systemComponents(silentLogger));
  context.after(() => backend.close());
  await fill(backend.eventLog);
  return { folder, dataDir, eventLog: backend.eventLog };
}

test(`kill -9 of a backup at random moments, ${KILLS} times`, async (t) => {
  const seed = Number(process.env['CASSADRA_TEST_SEED'] ?? Date.now() % 1_000_000);
  t.diagnostic(`seed ${seed} (set CASSADRA_TEST_SEED to repeat)`);
  const random = seededRandom(seed);
  const { folder, dataDir, eventLog } = await filledFolder(t);
  const cli = new Cli(t, {});
  const restore = (from: string): Promise<CliResult> =>
    cli.run(['restore', '--from', from, '--data-dir', `${from}-restored`]);
  let halves = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const to = join(folder, `backup-${kill}`);
    const partial = `${to}.partial`;
    const run = cli.start(['backup', '--data-dir', dataDir, '--to', to]);
    await endWhen(run, 'SIGKILL', comesTo(partial, random.next() * COPY_BYTES * 1.2));
    if (existsSync(to)) {
      assert.match((await restore(to)).stdout, wholeOf(STREAMS));
      continue;
    }
    halves += 1;
    assert.equal((await restore(partial)).code, 7);
  }
  assert.ok(halves > 0, 'no kill came in the midst of a backup');
  // those that died stand in nobody's way
  await fill(eventLog);
  const to = join(folder, 'whole');
  await cli.output(['backup', '--data-dir', dataDir, '--to', to]);
  assert.match((await restore(to)).stdout, wholeOf(2 * STREAMS));
  t.diagnostic(`${halves} of ${KILLS} kills left half a backup`);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends a backup at once, and nothing is left of it`, async (t) => {
    const { folder, dataDir } = await filledFolder(t);
    for (let tries = 1; ; tries += 1) {
      const to = join(folder, 'backup');
      const run = new Cli(t, {}).start(['backup', '--data-dir', dataDir, '--to', to]);
      await endWhen(run, signal, comesTo(`${to}.partial`, COPY_BYTES / 10));
      if (run.child.signalCode === signal) break;
      assert.ok(tries < TRIES, 'each backup was done before the signal came');
      await rm(to, { recursive: true });
    }
    assert.deepEqual(await readdir(folder), ['data']);
  });
}
