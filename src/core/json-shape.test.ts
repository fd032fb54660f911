import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from './app-error.js';
import { endOfLiteral, JSON_DEPTH_MAX, requireJsonShape } from './json-shape.js';

function codeOf(text: string, partsMax: number): string {
  try {
    requireJsonShape('body', text, partsMax);
    return 'passes';
  } catch (error) {
    assert.ok(error instanceof AppError);
    assert.equal(error.details['field'], 'body');
    return error.code;
  }
}

test('commas and opening brackets count, but not inside of texts', () => {
  for (const text of ['[1,2,3]', '{"a":1,"b":{}}', '[[[', '["\\",[,{",",,,",[]]']) {
    const parts = text === '["\\",[,{",",,,",[]]' ? 4 : 3;
    assert.deepEqual([codeOf(text, parts), codeOf(text, parts - 1)], ['passes', 'LIMIT_EXCEEDED']);
  }
});

test('JSON may be nested so deep, and no deeper', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  assert.equal(codeOf(nested(JSON_DEPTH_MAX), 1_000), 'passes');
  assert.equal(codeOf(nested(JSON_DEPTH_MAX + 1), 1_000), 'INVALID_ARGUMENT');
});

test('a text literal ends at the first quote that is not escaped', () => {
  for (const text of [
    '"a"',
    '""',
    '"\\""',
    '"\\\\"',
    '"\\\\\\""',
    '"\\"\\\\\\"\\\\"',
    '"a\\u0022"',
  ]) {
    assert.equal(endOfLiteral(`[${text},"b"]`, 1), 1 + text.length, text);
  }
  assert.ok(endOfLiteral('"never', 0) > 6);
  assert.ok(endOfLiteral('"never\\"', 0) > 8);
});
