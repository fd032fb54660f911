import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { linesOf } from '../lines.js';
import { END_LINE, headerLine } from './export-format.js';
import { batchesOf, type ImportInput } from './import-batches.js';

function line(stream: number, version: number, json = '{}'): string {
  const streamId = `00000000-0000-0000-0000-${String(stream).padStart(12, '0')}`;
  const shape = { typeCode: 1, savetimeMs: 5, contentType: 'application/json', metadata: {} };
  return JSON.stringify({ stream: `s${stream}`, streamId, version, ...shape, json });
}

async function cut(lines: readonly string[]) {
  const input: ImportInput = { complete: false, header: false };
  const batches: string[] = [];
  const text = `${lines.join('\n')}\n`;
  let inputBytes = 0;
  for await (const batch of batchesOf(linesOf(Readable.from([Buffer.from(text)])), input)) {
    batches.push(`${batch.stream} ${batch.firstVersion}+${batch.events.length}`);
    ({ inputBytes } = batch);
  }
  return { batches, input, inputBytes, size: Buffer.byteLength(text) };
}

describe('batches of an import', () => {
  test('one stream at a time, versions in a row, up to 1,000 events', async () => {
    const long = Array.from({ length: 1_001 }, (_, index) => line(2, index + 1));
    const lines = [line(1, 1), line(1, 2), ...long, line(3, 1), line(3, 3)];
    const { batches, inputBytes, size } = await cut(lines);
    assert.deepEqual(batches, ['s1 1+2', 's2 1+1000', 's2 1001+1', 's3 1+1', 's3 3+1']);
    assert.equal(inputBytes, size);
  });

  test('up to 2 MiB in UTF-8', async () => {
    const json = JSON.stringify('ü'.repeat(400_000));
    const { batches } = await cut([line(1, 1, json), line(1, 2, json), line(1, 3, json)]);
    assert.deepEqual(batches, ['s1 1+2', 's1 3+1']);
  });

  test('header and end line are seen', async () => {
    const whole = await cut([headerLine({ kind: 'all' }, 1), line(1, 1), END_LINE]);
    assert.deepEqual(whole.input, { complete: true, header: true });
    assert.deepEqual((await cut([line(1, 1)])).input, { complete: false, header: false });
  });

  test('a broken line is named', async () => {
    await assert.rejects(cut([line(1, 1), '{"stream":1}']), /line 2 of the export/);
    await assert.rejects(cut(['{"cassadraExport":2}']), /format 2; this program reads 1/);
  });
});
