import assert, { AssertionError } from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Decider, EventsOf } from '../client/index.js';
import { specificationOf } from './specification.js';

class TooLittle extends Error {}

type AccountEvent = EventsOf<{ Opened: { owner: string }; Withdrawn: { amount: number } }>;
interface Withdraw {
  readonly amount: number;
}

const account: Decider<number, Withdraw, AccountEvent> = {
  initialState: () => 0,
  evolve: (balance, event) => (event.type === 'Opened' ? 100 : balance - event.data.amount),
  decide: ({ amount }, balance) => {
    if (amount > balance) throw new TooLittle(`only ${balance} left`);
    return amount === 0 ? [] : { type: 'Withdrawn', data: { amount } };
  },
};

const given = specificationOf(account);
const opened: AccountEvent = { type: 'Opened', data: { owner: 'Ann' } };
const withdrawn = (amount: number): AccountEvent => ({ type: 'Withdrawn', data: { amount } });

function failureOf(check: () => void): AssertionError {
  try {
    check();
  } catch (error) {
    assert.ok(error instanceof AssertionError, String(error));
    return error;
  }
  assert.fail('it did not fail');
}

describe('a specification that holds', () => {
  test('events: one, a list, none', () => {
    given(opened).when({ amount: 30 }).then(withdrawn(30));
    given(opened, withdrawn(50))
      .when({ amount: 50 })
      .then([withdrawn(50)]);
    given(opened).when({ amount: 0 }).then([]);
  });

  test('a refusal: by class, pattern, or an equal error', () => {
    const refused = given(opened, withdrawn(99)).when({ amount: 2 });
    refused.then(TooLittle);
    refused.then(Error);
    refused.then(/only 1 left/);
    refused.then(new TooLittle('only 1 left'));
  });

  test('the state, before and after the command', () => {
    given(opened, withdrawn(10)).thenState(90);
    given(opened, withdrawn(10)).when({ amount: 20 }).thenState(70);
    given().thenState(0);
  });
});

describe('one that does not hold says so with both sides', () => {
  test('other events', () => {
    const failure = failureOf(() => given(opened).when({ amount: 30 }).then(withdrawn(31)));
    assert.equal(failure.code, 'ERR_ASSERTION');
    assert.deepEqual(failure.actual, [withdrawn(30)]);
    assert.deepEqual(failure.expected, [withdrawn(31)]);
    assert.equal(failure.operator, 'deepStrictEqual');
    assert.match(failure.message, /other events were decided[^]*amount: 30[^]*amount: 31/);
    failureOf(() => given(opened).when({ amount: 30 }).then([]));
    failureOf(() => given(opened).when({ amount: 0 }).then(withdrawn(0)));
  });

  test('another refusal, or none', () => {
    const refused = given().when({ amount: 2 });
    for (const expected of [RangeError, /no match/, new TooLittle('x'), new Error('only 0 left')]) {
      const failure = failureOf(() => refused.then(expected));
      assert.ok(failure.actual instanceof TooLittle);
      assert.equal(failure.expected, expected);
    }
    const decided = failureOf(() => given(opened).when({ amount: 2 }).then(TooLittle));
    assert.deepEqual(decided.actual, [withdrawn(2)]);
    assert.match(decided.message, /was not refused: TooLittle was expected/);
  });

  test('another state', () => {
    const failure = failureOf(() => given(opened).thenState(99));
    assert.deepEqual([failure.actual, failure.expected], [100, 99]);
    failureOf(() => given(opened).when({ amount: 1 }).thenState(100));
  });

  test('what is thrown unexpectedly comes as it is', () => {
    assert.throws(() => given().when({ amount: 1 }).then(withdrawn(1)), TooLittle);
    assert.throws(() => given().when({ amount: 1 }).thenState(1), TooLittle);
  });

  test('an error of evolve is no refusal', () => {
    const broken = specificationOf({ ...account, evolve: () => assert.fail('evolve') });
    assert.throws(() => broken(opened).when({ amount: 1 }).then(Error), /evolve/);
  });

  test('awaiting instead of saying what is expected', async () => {
    const awaited = Promise.resolve(given(opened).when({ amount: 1 }));
    await assert.rejects(awaited, /nothing to await/);
  });
});

test('types', () => {
  // @ts-expect-error not one of the events
  assert.throws(() => given({ type: 'Closed', data: {} }).when({ amount: 1 }).then([]));
  // @ts-expect-error not a command
  assert.throws(() => given(opened).when({ sum: 1 }).then([]));
});
