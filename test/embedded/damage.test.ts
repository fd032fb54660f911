import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DATA_FILE } from '../../src/backends/embedded/index.js';
import { Draws } from '../../src/runtime/index.js';
import { runWriter } from './child.js';
import { DAMAGES, damagedCopy, type Damage } from './damage.js';
import { parseReading, type Reading } from './damage-reading.js';

const READER = fileURLToPath(new URL('./damage-reader.js', import.meta.url));
const EACH = process.env['CASSADRA_TEST_LONG'] === '1' ? 60 : 6;
const NO_ANSWER_MS = 60_000;

/** Reads folders; fewer answers than folders: the reader has died of the next one. */
async function readAll(
  sound: string,
  folders: readonly string[],
): Promise<{ readonly readings: readonly Reading[]; readonly end: string }> {
  const child = spawn(process.execPath, [READER, sound, ...folders], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: NO_ANSWER_MS + folders.length * 1_000,
  });
  const readings: Reading[] = [];
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const reading = parseReading(line);
    if (reading !== undefined) readings.push(reading);
  });
  await once(child, 'close');
  return { readings, end: `${child.exitCode ?? child.signalCode} ${errors.slice(-500)}` };
}

/** The readings of all folders; a reader that dies is followed by another. */
async function readingsOf(
  sound: string,
  folders: readonly string[],
): Promise<(Reading | string)[]> {
  const found: (Reading | string)[] = [];
  while (found.length < folders.length) {
    const { readings, end } = await readAll(sound, folders.slice(found.length));
    found.push(...readings);
    if (found.length < folders.length) found.push(`the process died: ${end}`);
  }
  return found;
}

test('a damaged data file is refused, and never served', async (t) => {
  const seed = Number(process.env['CASSADRA_TEST_SEED'] ?? Date.now() % 1_000_000);
  t.diagnostic(`seed ${seed} (set CASSADRA_TEST_SEED to repeat)`);
  const draws = new Draws(seed);
  const place = await mkdtemp(join(tmpdir(), 'cassadra-damage-'));
  const bad: string[] = [];
  const sum = { files: 0, right: 0, refused: 0, notOpened: 0 };
  try {
    const sound = join(place, 'sound');
    const run = await runWriter([sound, 'a', 'run', String(seed), '6']);
    assert.equal(run.exitCode, 0, run.errors);
    const cases: { damage: Damage; folder: string }[] = [];
    for (const damage of DAMAGES) {
      for (let count = 0; count < EACH; count += 1) {
        const folder = join(place, `damaged-${cases.length}`);
        await damagedCopy(join(sound, DATA_FILE), folder, { damage, draws });
        cases.push({ damage, folder });
      }
    }
    const readings = await readingsOf(
      sound,
      cases.map(({ folder }) => folder),
    );
    cases.forEach(({ damage }, index) => {
      const reading = readings[index] ?? 'not read';
      if (typeof reading === 'string') return void bad.push(`${damage}: ${reading}`);
      sum.files += 1;
      sum.right += reading.right;
      sum.refused += reading.refused;
      if (reading.right === 0 && reading.refused === 1) sum.notOpened += 1;
      for (const error of reading.errors) bad.push(`${damage}: ${error}`);
      if (reading.wrong.length > 0) bad.push(`${damage}: WRONG ${reading.wrong.join(', ')}`);
    });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
  t.diagnostic(
    `${sum.files} damaged files: ${sum.notOpened} not opened; of the others ${sum.right} reads ` +
      `right, ${sum.refused - sum.notOpened} refused`,
  );
  assert.deepEqual(bad.slice(0, 20), []);
});
