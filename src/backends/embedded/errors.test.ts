import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commitCause, writeFailed } from './errors.js';

const withCode = (code: number): Error => Object.assign(new Error('of lmdb'), { code });
const GIB = 1_073_741_824;

test('a full disk is told from a bad one', () => {
  for (const code of [-30792, -30788, 28, 27, 122]) {
    assert.equal(writeFailed(withCode(code), GIB).code, 'STORAGE_FULL', String(code));
  }
  // a write that was cut short: LMDB calls it EIO
  assert.equal(writeFailed(withCode(5), 4_096).code, 'STORAGE_FULL');
  assert.equal(writeFailed(withCode(5), GIB).code, 'UNAVAILABLE');
  assert.equal(writeFailed(new Error('no code'), 0).code, 'UNAVAILABLE');
});

test('the cause of a failed commit is found beside the error', async () => {
  const cause = withCode(28);
  const failed = Object.assign(new Error('Commit failed'), { commitError: Promise.reject(cause) });
  assert.equal(await commitCause(failed), cause);
  assert.equal(await commitCause(cause), cause);
});
