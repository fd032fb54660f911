import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreError, StoreUnavailableError } from '../../../src/client/index.js';
import { noteFailure } from './feed-reader.js';
import { Troubles } from './troubles.js';

/** What a reader by type that was answered so says. */
function troublesOf(error: unknown): readonly string[] {
  const troubles = new Troubles();
  noteFailure({ troubles, count: () => undefined }, 'a reader', error);
  return troubles.texts;
}

test('bug: a reader by type that was told of damage only began again', () => {
  for (const reason of ['STREAM_CORRUPT', 'DATA_DIR_INVALID', 'CURSOR_INVALID', 'INTERNAL']) {
    assert.equal(troublesOf(new StoreError(reason, 'no')).length, 1, reason);
  }
});

test('a server that is away is no trouble', () => {
  assert.deepEqual(troublesOf(new StoreUnavailableError('UNAVAILABLE', 'no')), []);
});
