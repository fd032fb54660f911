import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  decodeLimitState,
  NO_LIMIT_STATE,
  planSlots,
  ratePeriod,
  slotShares,
  takeTokens,
  tokensLeft,
  type LimitState,
  type SlotHolder,
} from './limit-document.js';

const T = 1_700_000_000_000;
const holder = (held: number, wants: number, ticket = 1): SlotHolder => {
  return { held, wants, ticket, beat: 1 };
};
const withHolders = (pollers: LimitState['pollers']): LimitState => {
  return { ...NO_LIMIT_STATE, pollers, nextTicket: 10 };
};
const ask = { poller: 'me', used: 0, holding: 0, wants: 0, turnOver: false, beat: 2 };

describe('periods of a rate', () => {
  test('a second for one and more', () => {
    assert.deepEqual(ratePeriod(7, T + 1_999), {
      fromMs: T + 1_000,
      untilMs: T + 2_000,
      capacity: 7,
    });
  });

  test('longer ones with one token below', () => {
    assert.deepEqual(ratePeriod(0.1, T + 19_999), {
      fromMs: T + 10_000,
      untilMs: T + 20_000,
      capacity: 1,
    });
  });

  test('fractions above one: some seconds have one more', () => {
    const seconds = Array.from({ length: 1_000 }, (_, index) => index * 1_000);
    const capacities = seconds.map((ms) => ratePeriod(2.4, T + ms).capacity);
    assert.equal(
      capacities.reduce((sum, capacity) => sum + capacity, 0),
      2_400,
    );
    assert.deepEqual([...new Set(capacities)].toSorted(), [2, 3]);
  });
});

describe('tokens', () => {
  test('as many as the period has, whoever takes them', () => {
    let state = NO_LIMIT_STATE;
    const taken = [3, 3, 3].map((wanted) => {
      const result = takeTokens(state, ratePeriod(7, T), wanted, T);
      state = result.state;
      return result.tokens;
    });
    assert.deepEqual(taken, [3, 3, 1]);
    assert.equal(tokensLeft(state, ratePeriod(7, T + 999), T + 999), 0);
    assert.equal(tokensLeft(state, ratePeriod(7, T + 1_000), T + 1_000), 7);
  });

  test('a clock that is behind gets none of a second that is over', () => {
    const { state } = takeTokens(NO_LIMIT_STATE, ratePeriod(7, T + 1_000), 1, T + 1_000);
    assert.equal(tokensLeft(state, ratePeriod(7, T + 900), T + 900), 0);
  });

  test('a clock that was set back by hours does not stop everything', () => {
    const { state } = takeTokens(NO_LIMIT_STATE, ratePeriod(7, T), 7, T);
    const nowMs = T - 3_600_000;
    const later = takeTokens(state, ratePeriod(7, nowMs), 2, nowMs);
    assert.equal(later.tokens, 2);
    assert.equal(later.state.fromMs, nowMs);
    assert.equal(tokensLeft(later.state, ratePeriod(7, nowMs), nowMs), 5);
  });

  test('a rate that becomes longer or shorter keeps what was taken', () => {
    const second = takeTokens(NO_LIMIT_STATE, ratePeriod(1, T + 3_000), 1, T + 3_000).state;
    const nowMs = T + 3_500;
    assert.equal(tokensLeft(second, ratePeriod(0.1, nowMs), nowMs), 0);
    const ten = takeTokens(NO_LIMIT_STATE, ratePeriod(0.1, T + 3_000), 1, T + 3_000).state;
    assert.equal(tokensLeft(ten, ratePeriod(1, nowMs), nowMs), 1);
  });
});

describe('slots', () => {
  const SHARES: readonly (readonly [string, LimitState['pollers'], number, object])[] = [
    ['one gets all that it wants', { a: holder(0, 3) }, 10, { a: 3 }],
    ['even parts', { a: holder(0, 9), b: holder(0, 9) }, 10, { a: 5, b: 5 }],
    ['what one leaves the others get', { a: holder(0, 2), b: holder(0, 99) }, 10, { a: 2, b: 8 }],
    [
      'the rest by ticket',
      { a: holder(0, 9, 3), b: holder(0, 9, 2), c: holder(0, 9, 1) },
      11,
      { a: 3, b: 4, c: 4 },
    ],
    ['fewer slots than pollers', { a: holder(1, 9, 5), b: holder(0, 9, 2) }, 1, { b: 1, a: 0 }],
    ['who wants none gets none', { a: holder(4, 0), b: holder(0, 1) }, 4, { b: 1 }],
  ];
  for (const [what, pollers, concurrency, wanted] of SHARES) {
    test(what, () => {
      assert.deepEqual(Object.fromEntries(slotShares(pollers, concurrency)), wanted);
    });
  }

  test('only what is free is taken', () => {
    const state = withHolders({ other: holder(3, 1) });
    const { held, state: next } = planSlots(state, { ...ask, wants: 9 }, 4);
    assert.equal(held, 1);
    assert.equal(next.pollers['me']?.ticket, 10);
  });

  test('what is above the share is given back as calls end, once another is owed', () => {
    const state = withHolders({ me: holder(4, 9, 1), other: holder(0, 9, 2) });
    const plan = planSlots(state, { ...ask, used: 4, holding: 4, wants: 9 }, 4);
    assert.deepEqual([plan.held, plan.ceiling], [4, 2]);
    const later = planSlots(state, { ...ask, used: 1, holding: 4, wants: 9 }, 4);
    assert.deepEqual([later.held, later.ceiling], [2, 2]);
  });

  test('nothing is given back that nobody wants, unless the limit has fallen', () => {
    const state = withHolders({ me: holder(4, 4, 1), other: holder(0, 0, 2) });
    const mine = { ...ask, used: 0, holding: 4 };
    assert.equal(planSlots(state, mine, 4).held, 4);
    assert.equal(planSlots(state, { ...mine, wants: 4 }, 2).held, 2);
  });

  test('a turn that is over goes to who waits', () => {
    const state = withHolders({ me: holder(1, 9, 1), other: holder(0, 9, 2) });
    const mine = { ...ask, used: 1, holding: 1, wants: 9 };
    assert.equal(planSlots(state, mine, 1).ceiling, 1);
    assert.equal(planSlots(state, { ...mine, turnOver: true }, 1).ceiling, 0);
    const alone = withHolders({ me: holder(1, 9, 1) });
    assert.equal(planSlots(alone, { ...mine, turnOver: true }, 1).ceiling, 1);
  });

  test('who was taken for gone has only what it uses', () => {
    const state = withHolders({ other: holder(4, 4) });
    const plan = planSlots(state, { ...ask, used: 2, holding: 3, wants: 2 }, 4);
    assert.equal(plan.held, 2);
    assert.equal(plan.state.pollers['me']?.held, 2);
  });

  test('who has none and wants none, or has no limit, stands no more in the document', () => {
    const state = withHolders({ me: holder(2, 2) });
    assert.deepEqual(planSlots(state, ask, 4).state.pollers, {});
    const mine = { ...ask, used: 2, holding: 2, wants: 2 };
    assert.deepEqual(planSlots(state, mine, undefined).state.pollers, {});
  });
});

test('a state is read as it was written', () => {
  const state = withHolders({ me: holder(2, 3) });
  assert.deepEqual(decodeLimitState(JSON.stringify(state)), state);
  assert.deepEqual(decodeLimitState(undefined), NO_LIMIT_STATE);
});
