import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { ERROR_CATALOGUE, type ErrorEntry } from '../../src/core/index.js';

/** From dist/test/docs. */
const TEXT = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const ROW = /^\| `([A-Z_]+)` \| ([A-Z_]+) \| (\d{3}) \| (yes|no) \|$/gm;
const SECTION = /^### ([A-Z_]+)\n\n([^]*?)(?=^##|(?![^]))/gm;
const ADVICE = /^What to do: ([^]*)$/m;
/** A meaning that is shorter than this says nothing. */
const MEANING_LENGTH_MIN = 30;

interface Documented {
  readonly meaning: string;
  readonly advice: string;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

function sectionsOf(text: string): ReadonlyMap<string, Documented> {
  const sections = [...text.matchAll(SECTION)].map(([, code = '', body = '']) => {
    const advice = ADVICE.exec(body)?.[1] ?? '';
    return [code, { meaning: oneLine(body.replace(ADVICE, '')), advice: oneLine(advice) }] as const;
  });
  return new Map(sections);
}

const catalogue: ReadonlyMap<string, ErrorEntry> = new Map(Object.entries(ERROR_CATALOGUE));
const rows = [...TEXT.matchAll(ROW)].map(([, code, grpc, http, retry]) => [
  code,
  grpc,
  http,
  retry,
]);
const sections = sectionsOf(TEXT);

describe('docs/errors.md', () => {
  test('the table is the catalogue, in its order', () => {
    const wanted = [...catalogue].map(([code, { grpc, http, retryable }]) => [
      code,
      grpc,
      String(http),
      retryable ? 'yes' : 'no',
    ]);
    assert.deepEqual(rows, wanted);
  });

  test('no code has a section that the catalogue lacks, and none has two', () => {
    const headings = [...TEXT.matchAll(/^### (.*)$/gm)].map(([, heading = '']) => heading);
    assert.deepEqual(headings.toSorted(), [...catalogue.keys()].toSorted());
  });

  for (const [code, { advice }] of catalogue) {
    test(`${code}: a meaning, and the advice of the catalogue`, () => {
      const section = sections.get(code);
      assert.ok(section !== undefined, `no section ### ${code}`);
      assert.equal(section.advice, advice);
      assert.ok(section.meaning.length >= MEANING_LENGTH_MIN, `"${section.meaning}" is too short`);
    });
  }
});
