import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeErrorOf } from '../../src/client/index.js';
import { ERROR_CATALOGUE } from '../../src/core/index.js';

/** Codes whose message says what to do, or that no call of the client gets. */
const WITHOUT_ADVICE = new Set([
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'FORBIDDEN',
  'CANCELLED',
  'RESPONSE_TOO_LARGE',
  'DATA_FORMAT_NEWER',
  'DATA_DIR_INVALID',
  'SCHEMA_MISMATCH',
]);

test('the message of an error ends with the advice of the catalogue, once', () => {
  for (const [code, { advice }] of Object.entries(ERROR_CATALOGUE)) {
    const { message } = storeErrorOf(code, 'it failed');
    const expected = WITHOUT_ADVICE.has(code) ? 'it failed' : `it failed. ${advice}`;
    assert.equal(message, expected, code);
    assert.equal(storeErrorOf(code, message).message, message);
  }
});

test('every retryable code is an error that is retried', () => {
  for (const [code, { retryable }] of Object.entries(ERROR_CATALOGUE)) {
    const { name } = storeErrorOf(code, 'it failed');
    const retried = name === 'StoreUnavailableError' || name === 'OutcomeUnknownError';
    assert.equal(retried, retryable, code);
  }
});
