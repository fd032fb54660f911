import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { HistoryRecorder, loadRun, saveRun } from './history-recorder.js';
import type { HistoryLine, RunRecord } from './operation.js';

const TIMES = { invokedMs: 1.25, endedMs: 3.000_000_1, server: 'one' };
const LINES: readonly HistoryLine[] = [
  {
    ...{ ...TIMES, kind: 'append', api: 'v1', append: 'a', stream: 's', types: ['T'] },
    ...{ expected: { kind: 'exact', version: 0 }, end: { kind: 'unknown', why: 'no "answer"\n' } },
  },
  { ...TIMES, kind: 'read', api: 'v1', stream: 's', keys: ['a#0'] },
  { ...TIMES, kind: 'read', api: 'storegrpc', stream: 's', keys: ['a#0'] },
  { ...TIMES, kind: 'read', api: 'v1', stream: 's', keys: [] },
  { kind: 'delivery', reader: 'r', atMs: 4, stream: 's', version: 1, key: 'a#0' },
  { kind: 'callback', timer: 't', atMs: 5 },
];

const RUN: RunRecord = {
  lines: LINES,
  finalStreams: new Map([
    ['s', [{ key: 'a#0', type: 'T', savetimeMs: 6 }]],
    ['empty', []],
  ]),
  readers: [{ name: 'r', api: 'v1', types: ['T'] }],
  feed: 'view',
  passed: [{ fromMs: 6, toMs: 7 }],
};

describe('the history of a run in a file', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cassadra-history-'));
  });
  after(() => rm(folder, { recursive: true }));

  function recorded(name: string): string {
    const path = join(folder, name);
    const recorder = new HistoryRecorder(path);
    for (const line of LINES) recorder.add(line);
    assert.deepEqual(recorder.lines, LINES);
    recorder.close();
    return path;
  }

  test('a recorder loads what another one wrote', async () => {
    const recorder = await HistoryRecorder.load(recorded('lines.ndjson'));
    assert.deepEqual(recorder.lines, LINES);
  });

  test('a last line that was cut off is left out', async () => {
    const path = recorded('cut.ndjson');
    await truncate(path, (await readFile(path)).length - 10);
    const recorder = await HistoryRecorder.load(path);
    assert.deepEqual(recorder.lines, LINES.slice(0, -1));
  });

  test('a broken line before others is an error', async () => {
    const path = recorded('broken.ndjson');
    await appendFile(path, '{"kind":\n{"kind":"callback","timer":"t","atMs":6}\n');
    await assert.rejects(HistoryRecorder.load(path), /not a line of a run/);
  });

  test('a saved run is loaded as it was', async () => {
    const path = join(folder, 'run.ndjson');
    await saveRun(path, RUN);
    assert.deepEqual(await loadRun(path), RUN);
  });

  test('lines alone are no run', async () => {
    await assert.rejects(loadRun(recorded('alone.ndjson')), /no head/);
  });

  test('more lines than are written at once all arrive', async () => {
    const path = join(folder, 'long.ndjson');
    const recorder = new HistoryRecorder(path);
    const lines = Array.from({ length: 10_000 }, (_, atMs) => {
      return { kind: 'callback', timer: 'ünïcode', atMs } as const;
    });
    for (const line of lines) recorder.add(line);
    recorder.close();
    assert.deepEqual((await HistoryRecorder.load(path)).lines, lines);
    await saveRun(path, { ...RUN, lines });
    assert.deepEqual((await loadRun(path)).lines, lines);
  });
});
