import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { seededRandom, type Random } from '../../src/runtime/index.js';
import { startWriter, type RunningWriter } from './child.js';
import { diskOrSkip, type MountedDisk } from './mounted-disk.js';
import { verifyFolder, type VerifiedCounts } from './verify.js';
import { ownStreams, SHARED_STREAMS, TYPES, type Acknowledged } from './workload.js';

const CUTS = process.env['CASSADRA_TEST_LONG'] === '1' ? 100 : 10;
/** Then the next folder, since each cut is checked by reading all of it. */
const CUTS_A_FOLDER = 6;
const STREAMS = [...ownStreams('a'), ...SHARED_STREAMS];
const CONTROL = 'control';

interface Cut extends VerifiedCounts {
  readonly acknowledged: number;
}

/** A file that was flushed must be in the copy, one that was not must be missing or empty. */
async function writeControls(folder: string): Promise<void> {
  await rm(join(folder, 'unsynced'), { force: true });
  const synced = await open(join(folder, 'synced'), 'w');
  await synced.writeFile(CONTROL);
  await synced.sync();
  await synced.close();
  await writeFile(join(folder, 'unsynced'), CONTROL);
}

async function checkControls(folder: string): Promise<void> {
  assert.equal(await readFile(join(folder, 'synced'), 'utf8'), CONTROL);
  const unsynced = await readFile(join(folder, 'unsynced'), 'utf8').catch(() => '');
  assert.equal(unsynced, '', 'the copy holds what no disk had: it proves nothing');
}

/** Cuts the power for a copy; the writer waits while the copy is checked. */
async function cutOnce(disk: MountedDisk, writer: RunningWriter, name: string): Promise<Cut> {
  const acknowledged: Acknowledged[] = [...writer.acknowledged];
  await writeControls(disk.folder);
  const cut = await disk.cut();
  try {
    writer.child.kill('SIGSTOP');
    await checkControls(cut.folder);
    const request = { streams: STREAMS, types: TYPES, acknowledged };
    const counts = await verifyFolder(join(cut.folder, name), request);
    return { ...counts, acknowledged: acknowledged.length };
  } finally {
    writer.child.kill('SIGCONT');
    await cut.close();
  }
}

async function untilMore(writer: RunningWriter, random: Random): Promise<void> {
  const wanted = writer.acknowledged.length + 1 + Math.floor(random.next() * 200);
  while (writer.acknowledged.length < wanted) {
    assert.equal(writer.child.exitCode, null, `the writer ended by itself: ${writer.errors()}`);
    await Promise.race([once(writer.lines, 'line'), writer.ended]);
  }
}

async function cutFolder(
  disk: MountedDisk,
  { name, cuts, seed }: { name: string; cuts: number; seed: number },
): Promise<Cut[]> {
  const random = seededRandom(seed);
  const writer = startWriter([join(disk.folder, name), 'a', name, String(seed)]);
  const done: Cut[] = [];
  try {
    while (done.length < cuts) {
      await untilMore(writer, random);
      done.push(await cutOnce(disk, writer, name));
    }
  } finally {
    writer.child.kill('SIGKILL');
    await writer.ended;
  }
  await rm(join(disk.folder, name), { recursive: true });
  return done;
}

test(`the power goes ${CUTS} times while 64 writers append`, async (t: TestContext) => {
  const folder = await mkdtemp(join(tmpdir(), 'cassadra-power-'));
  const disk = await diskOrSkip(t, { folder, sizeMiB: 256 });
  if (disk === undefined) return;
  const seed = Number(process.env['CASSADRA_TEST_SEED'] ?? Date.now() % 1_000_000);
  t.diagnostic(`seed ${seed} (set CASSADRA_TEST_SEED to repeat)`);
  const all: Cut[] = [];
  try {
    while (all.length < CUTS) {
      const cuts = Math.min(CUTS_A_FOLDER, CUTS - all.length);
      all.push(...(await cutFolder(disk, { name: `data-${all.length}`, cuts, seed })));
    }
  } finally {
    await disk.close();
  }
  const sum = (figure: keyof Cut): number => all.reduce((total, cut) => total + cut[figure], 0);
  t.diagnostic(`${all.length} cuts, ${sum('acknowledged')} acknowledged appends looked for`);
  t.diagnostic(`${sum('events')} events read, ${sum('unanswered')} appends not yet answered`);
});
