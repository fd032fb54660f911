import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import type { EventJson } from '../event-json.js';
import { createExport, resumeExport } from './export-file.js';
import { END_LINE, headerLine } from './export-format.js';

const HEADER = headerLine({ kind: 'prefix', prefix: 'a' }, 1);

async function pathOf(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cassadra-export-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'export.jsonl');
}

function event(version: number, json = '{}'): EventJson {
  return {
    ...{ stream: 'a', streamId: 'ccfac145-c5f9-5cfb-88fa-4f117c10ddc4', version },
    ...{ typeCode: 1, savetimeMs: 5, contentType: 'application/json', metadata: {}, json },
  };
}

const lineOf = (version: number, json?: string): string =>
  `${JSON.stringify(event(version, json))}\n`;

/** Resumes and closes; what the place is, and what is left in the file. */
async function resumed(path: string) {
  const { sink, place, selection } = await resumeExport(path);
  await sink.close();
  const version = place.kind === 'after' ? place.event.version : undefined;
  return { kind: place.kind, version, selection, text: await readFile(path, 'utf8') };
}

describe('the file of an export', () => {
  test('an existing one is never written over', async (t) => {
    const path = await pathOf(t);
    await writeFile(path, 'precious');
    await assert.rejects(createExport(path), /exists: go on with it by --resume/);
    assert.equal(await readFile(path, 'utf8'), 'precious');
  });

  test('a torn last line is cut, and what is written next follows the last whole one', async (t) => {
    const path = await pathOf(t);
    const long = JSON.stringify('ü'.repeat(200_000));
    await writeFile(path, `${HEADER}\n${lineOf(1, long)}${lineOf(2).slice(0, -9)}`);
    const { sink, place } = await resumeExport(path);
    assert.deepEqual(place, { kind: 'after', event: event(1, long) });
    await sink.line('next');
    await sink.close();
    assert.equal(await readFile(path, 'utf8'), `${HEADER}\n${lineOf(1, long)}next\n`);
  });

  test('lines of a power cut that are none are cut, too', async (t) => {
    const path = await pathOf(t);
    await writeFile(path, `${HEADER}\n${lineOf(1)}${lineOf(2)}`);
    await appendFile(path, `${'\0'.repeat(5_000)}\n\0\0`);
    const { kind, version, text } = await resumed(path);
    assert.deepEqual([kind, version, text], ['after', 2, `${HEADER}\n${lineOf(1)}${lineOf(2)}`]);
  });

  test('only a header: from the start, for the same streams', async (t) => {
    const path = await pathOf(t);
    await writeFile(path, `${HEADER}\n`);
    const { kind, selection, text } = await resumed(path);
    assert.deepEqual([kind, selection], ['start', { kind: 'prefix', prefix: 'a' }]);
    assert.equal(text, `${HEADER}\n`);
  });

  test('a torn header, or none: anew', async (t) => {
    const path = await pathOf(t);
    for (const before of [HEADER.slice(0, 9), '']) {
      await writeFile(path, before);
      const { kind, selection, text } = await resumed(path);
      assert.deepEqual([kind, selection, text], ['start', undefined, '']);
    }
  });

  test('a finished one says so', async (t) => {
    const path = await pathOf(t);
    await writeFile(path, `${HEADER}\n${lineOf(1)}${END_LINE}\n`);
    assert.equal((await resumed(path)).kind, 'finished');
  });

  test('a file that is no export is left alone', async (t) => {
    const path = await pathOf(t);
    for (const text of ['hello\nworld\n', 'hello', `${lineOf(1)}`]) {
      await writeFile(path, text);
      await assert.rejects(resumeExport(path), { name: 'CliError' });
      assert.equal(await readFile(path, 'utf8'), text);
    }
  });
});
