import assert from 'node:assert/strict';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { DATA_FILE, embeddedSettings, openEmbedded } from '../../../src/backends/embedded/index.js';
import { silentLogger, systemClock, systemComponents } from '../../../src/runtime/index.js';
import { failureOf, type Failure } from '../failure.js';
import { sumOf } from './durable-files.js';
import { BACKUP_FILE, MANIFEST_FILE, readManifest } from './manifest.js';
import { restoreBackup } from './restore-backup.js';
import { takeBackup } from './take-backup.js';

let folder = '';
let data = '';
let backup = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cassadra-backup-'));
  [data, backup] = [join(folder, 'data'), join(folder, 'backup')];
  const backend = await openEmbedded(embeddedSettings(data), systemComponents(silentLogger));
  await backend.eventTypes.codeOf('Type');
  await backend.close();
  await takeBackup({ dataDir: data, to: backup }, systemClock);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A copy that a test may spoil. */
async function copyOf(name: string): Promise<string> {
  const copy = join(folder, name);
  await cp(backup, copy, { recursive: true });
  return copy;
}

/** How it is told that a folder cannot be restored. */
async function refusal(from: string): Promise<Failure> {
  const dataDir = join(folder, 'into');
  const [result] = await Promise.allSettled([
    restoreBackup({ from, dataDir, force: false }, systemClock),
  ]);
  assert.deepEqual(await readdir(dataDir).catch(() => []), [], 'nothing is left behind');
  assert.ok(result?.status === 'rejected', `${from} was restored`);
  return failureOf(result.reason);
}

/** Changes the data of a backup, and says so in what it says of itself, as its maker would. */
async function rewritten(name: string, change: (bytes: Buffer) => void): Promise<string> {
  const copy = await copyOf(name);
  const file = join(copy, BACKUP_FILE);
  const bytes = await readFile(file);
  change(bytes);
  await writeFile(file, bytes);
  const manifest = { ...(await readManifest(copy)), ...(await sumOf(file)) };
  await writeFile(join(copy, MANIFEST_FILE), JSON.stringify(manifest));
  return copy;
}

describe('what is restored', () => {
  test('a backup, also one that is for reading only', async () => {
    await chmod(join(backup, BACKUP_FILE), 0o444);
    const dataDir = join(folder, 'deep', 'into');
    await restoreBackup({ from: backup, dataDir, force: false }, systemClock);
    assert.deepEqual(await readdir(dataDir), [DATA_FILE]);
    assert.ok((await stat(join(dataDir, DATA_FILE))).mode & 0o200, 'a server can write it');
    assert.deepEqual((await readdir(backup)).sort(), [MANIFEST_FILE, BACKUP_FILE].sort());
  });

  test('by force: over data that is damaged, which stands aside afterwards', async () => {
    await writeFile(join(data, DATA_FILE), 'no data');
    const wish = { from: backup, dataDir: data, force: true };
    const { aside = '' } = await restoreBackup(wish, systemClock);
    assert.equal(await readFile(aside, 'utf8'), 'no data');
    assert.deepEqual(await sumOf(join(data, DATA_FILE)), await sumOf(join(backup, BACKUP_FILE)));
  });

  test('after a restore that was killed, whose rest is removed', async () => {
    const dataDir = join(folder, 'into');
    await mkdir(dataDir);
    await writeFile(join(dataDir, `${DATA_FILE}.restoring-1`), 'half');
    await restoreBackup({ from: backup, dataDir, force: false }, systemClock);
    assert.deepEqual(await readdir(dataDir), [DATA_FILE]);
  });
});

describe('what is refused, and leaves nothing behind', () => {
  test('data that is damaged', async () => {
    const flipped = await copyOf('flipped');
    const bytes = await readFile(join(flipped, BACKUP_FILE));
    bytes.writeUInt8(bytes.readUInt8(bytes.length / 2) ^ 1, bytes.length / 2);
    await writeFile(join(flipped, BACKUP_FILE), bytes);
    const sum = await refusal(flipped);
    assert.match(sum.message, /is damaged \(its sum is another one\): nothing was restored/);
    assert.equal(sum.exit, 'failed');
    const cut = await copyOf('cut');
    await truncate(join(cut, BACKUP_FILE), bytes.length / 2);
    assert.match((await refusal(cut)).message, /is damaged \(\d+ bytes of \d+\)/);
    await rm(join(cut, BACKUP_FILE));
    assert.match((await refusal(cut)).message, /is damaged \(it is missing\)/);
  });

  test('no backup, and one that was not finished', async () => {
    const none = await refusal(folder);
    assert.deepEqual([none.exit, none.message.includes('it has no backup.json')], ['absent', true]);
    const half = await refusal(await copyOf('one.partial'));
    assert.deepEqual([half.exit, half.message.includes('not finished')], ['absent', true]);
    const torn = await copyOf('torn');
    await truncate(join(torn, MANIFEST_FILE), 100);
    assert.match((await refusal(torn)).message, /backup\.json cannot be read/);
  });

  test('data of a newer format, or of another program', async () => {
    const newer = await rewritten('newer', (bytes) => {
      const at = bytes.indexOf(Buffer.from('format\0\0\0'));
      assert.ok(at > 0);
      bytes.writeUInt8(200, at + 'format\0\0\0'.length);
    });
    assert.equal((await refusal(newer)).reason, 'DATA_FORMAT_NEWER');
    const foreign = await rewritten('foreign', (bytes) => bytes.fill(7, 0, 4_096));
    assert.equal((await refusal(foreign)).reason, 'DATA_DIR_INVALID');
  });
});

test('one backup at a time into one folder', async () => {
  const to = join(folder, 'next');
  await mkdir(`${to}.partial`);
  const second = takeBackup({ dataDir: data, to }, systemClock);
  const message = /another backup is under way, or one was killed: then delete it/;
  await assert.rejects(second, { exit: 'conflict', message });
  assert.deepEqual(await readdir(`${to}.partial`), []);
});
