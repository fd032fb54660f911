import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireMilliseconds } from './timed-event-limits.js';

test('a time that looks like seconds is refused by name, 0 and real ms are not', () => {
  for (const ms of [0, 1e11, Date.UTC(2026, 0, 1)]) requireMilliseconds('due_ms', ms);
  for (const seconds of [1, 1_795_344_135, 1e11 - 1]) {
    assert.throws(() => requireMilliseconds('due_ms', seconds), {
      code: 'INVALID_ARGUMENT',
      message: `due_ms must be in milliseconds: ${seconds} looks like seconds`,
    });
  }
});
