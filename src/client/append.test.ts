import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeAppend } from './append.js';
import { InvalidRequestError } from './errors.js';

test('what is no event is refused by name, also for callers without types', () => {
  for (const events of ['[null]', '["Opened"]', '[{"type":"A"},7]']) {
    const given = JSON.parse(events) as [];
    const encode = (): unknown => encodeAppend('s', given, {}, () => 'id');
    assert.throws(encode, (error) => {
      return (
        error instanceof InvalidRequestError && /^events\[\d\] is not an event/.test(error.message)
      );
    });
  }
});
