import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { jsonObject, linesOf, type Line } from './lines.js';

async function linesIn(...chunks: readonly Buffer[]): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of linesOf(Readable.from(chunks))) lines.push(line);
  return lines;
}

describe('lines of an input', () => {
  test('are the same however the input is cut', async () => {
    const input = Buffer.from('one\n\nzwölf\r\nlast');
    const whole = await linesIn(input);
    const bytes = [...input].map((byte) => Buffer.from([byte]));
    assert.deepEqual(await linesIn(...bytes), whole);
    assert.deepEqual(
      whole.map(({ text, number }) => [text, number]),
      [
        ['one', 1],
        ['zwölf', 3],
        ['last', 4],
      ],
    );
  });

  test('bytes that are not UTF-8 are refused with their line, not changed', async () => {
    const input = Buffer.concat([Buffer.from('ä\n"'), Buffer.from([0xff]), Buffer.from('"\n')]);
    await assert.rejects(linesIn(input), { message: 'line 2 is not UTF-8 text: correct it' });
  });

  test('what is no JSON object is refused with its line', () => {
    for (const text of ['[1]', 'null', '{"a":', 'x']) {
      assert.throws(() => jsonObject({ text, number: 7, bytes: 0 }), /line 7 is not a JSON object/);
    }
  });
});
