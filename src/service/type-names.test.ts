import assert from 'node:assert/strict';
import { test } from 'node:test';
import { code, FollowedStore, followedStore, NEVER } from '../../test/support/followed-store.js';
import { AppError } from '../core/index.js';

const ONE = code(1);
const TWO = code(2);
const FIRST_NAMED = code(1_000_000_000);

test('a name that is known is never asked for again; several are asked for at once', async () => {
  const one = followedStore();
  const other = new FollowedStore(one.storage, one.time);
  await other.append('a', 'Admitted', 'x');
  await other.append('a', 'Paid', 'x');
  const codes = [FIRST_NAMED, code(1_000_000_001), FIRST_NAMED];
  const names = await one.store.typeNames(codes, NEVER);
  assert.deepEqual([...names.values()], ['Admitted', 'Paid']);
  one.storage.state = { kind: 'not-ready', reason: 'down' };
  one.time.advance(1_000_000);
  assert.deepEqual(await one.store.typeNames(codes, NEVER), names);
  assert.equal(one.storage.count('namesOf'), 1);
});

test('names that this process has used or declared need no asking', async () => {
  const one = followedStore();
  await one.append('a', 'Admitted', 'x');
  await one.store.declareType('Paid', ONE, NEVER);
  const names = await one.store.typeNames([FIRST_NAMED, ONE], NEVER);
  assert.deepEqual([...names.values()], ['Admitted', 'Paid']);
  assert.equal(one.storage.count('namesOf'), 0);
});

test('a code without a name is asked for again, at most once a second', async () => {
  const one = followedStore();
  const asked = (): Promise<ReadonlyMap<number, string>> => one.store.typeNames([ONE], NEVER);
  assert.equal((await asked()).size, 0);
  await new FollowedStore(one.storage, one.time).store.declareType('Paid', ONE, NEVER);
  one.time.advance(999);
  assert.equal((await asked()).size, 0);
  assert.equal(one.storage.count('namesOf'), 1);
  one.time.advance(1);
  assert.deepEqual([...(await asked()).values()], ['Paid']);
});

test('who asks while another asks waits for the same answer', async () => {
  const one = followedStore();
  await new FollowedStore(one.storage, one.time).store.declareType('Paid', ONE, NEVER);
  const [first, second, third] = await Promise.all([
    one.store.typeNames([ONE], NEVER),
    one.store.typeNames([TWO, ONE], NEVER),
    one.store.typeNames([ONE], NEVER),
  ]);
  assert.deepEqual([first.get(ONE), second.get(ONE), third.get(ONE)], ['Paid', 'Paid', 'Paid']);
  assert.equal(one.storage.count('namesOf'), 2, 'one for ONE, one for TWO');
});

test('an asking that failed counts for nothing', async () => {
  const one = followedStore();
  await new FollowedStore(one.storage, one.time).store.declareType('Paid', ONE, NEVER);
  one.storage.before = () => Promise.reject(new AppError('UNAVAILABLE', 'no quorum'));
  await assert.rejects(one.store.typeNames([ONE], NEVER), { code: 'UNAVAILABLE' });
  one.storage.before = () => Promise.resolve();
  assert.equal((await one.store.typeNames([ONE], NEVER)).get(ONE), 'Paid');
});

test('codes that the store gives cannot be declared', async () => {
  const one = followedStore();
  await assert.rejects(one.store.declareType('Paid', FIRST_NAMED, NEVER), {
    code: 'INVALID_ARGUMENT',
    details: { field: 'code' },
  });
  await one.store.declareType('Paid', code(999_999_999), NEVER);
});
