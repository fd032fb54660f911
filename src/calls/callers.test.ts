import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANYBODY, type Authenticator } from '../access/index.js';
import { AppError } from '../core/index.js';
import { FakeTime } from '../runtime/index.js';
import { Callers } from './callers.js';

/** Counts what it is asked; `good…` holds. */
class Counting implements Authenticator {
  asked = 0;

  async authenticate({ authorization = '' }: { readonly authorization: string | undefined }) {
    this.asked += 1;
    if (!authorization.startsWith('good')) throw new AppError('UNAUTHENTICATED', 'no');
    return { ...ANYBODY, name: authorization };
  }

  watch(): AbortSignal {
    return new AbortController().signal;
  }
}

function setUp() {
  const time = new FakeTime();
  const authenticator = new Counting();
  const callers = new Callers(authenticator, time);
  const ask = async (authorization: string | undefined, address = '10.0.0.1'): Promise<string> => {
    try {
      const origin = { authorization, address, certificate: undefined };
      return (await callers.identify(origin)).name;
    } catch (error) {
      assert.ok(error instanceof AppError);
      return error.code;
    }
  };
  return { time, authenticator, ask };
}

test('a flood of bad credentials costs no more checks than its rate', async () => {
  const { time, authenticator, ask } = setUp();
  assert.equal(await ask('good one'), 'good one');
  const answers = await Promise.all(
    Array.from({ length: 2_000 }, (_, index) => ask(`bad ${index}`)),
  );
  assert.equal(answers.filter((answer) => answer === 'UNAUTHENTICATED').length, 500);
  assert.equal(answers.filter((answer) => answer === 'RATE_LIMITED').length, 1_500);
  assert.equal(authenticator.asked, 501);
  // who has been let in before comes in, also from there; so does a new caller of another address
  assert.equal(await ask('good one'), 'good one');
  assert.equal(await ask('good other'), 'RATE_LIMITED');
  assert.equal(await ask('good other', '10.0.0.2'), 'good other');
  time.advance(1_000);
  assert.equal(await ask('good third'), 'good third');
});

test('good credentials that come twice at once are let in twice beside a flood', async () => {
  const { ask } = setUp();
  assert.equal(await ask('good one'), 'good one');
  await Promise.all(Array.from({ length: 600 }, (_, index) => ask(`bad ${index}`)));
  const answers = await Promise.all([ask('good one'), ask('good one'), ask('good one')]);
  assert.deepEqual(answers, ['good one', 'good one', 'good one']);
});

test('many new callers at once are not taken for a flood', async () => {
  const { ask } = setUp();
  for (let round = 0; round < 5; round += 1) {
    const names = Array.from({ length: 400 }, (_, index) => `good ${round} ${index}`);
    assert.deepEqual(await Promise.all(names.map((name) => ask(name))), names);
  }
});

test('credentials that no longer hold are new ones', async () => {
  const { authenticator, ask } = setUp();
  assert.equal(await ask('good one'), 'good one');
  authenticator.authenticate = async () => {
    throw new AppError('UNAUTHENTICATED', 'no');
  };
  const answers = [];
  for (let index = 0; index < 502; index += 1) answers.push(await ask('good one'));
  assert.equal(answers.at(-1), 'RATE_LIMITED');
});

test('calls without credentials are refused by the authenticator alone', async () => {
  const { authenticator, ask } = setUp();
  for (let index = 0; index < 1_000; index += 1) {
    assert.equal(await ask(undefined), 'UNAUTHENTICATED');
  }
  assert.equal(authenticator.asked, 1_000);
  assert.equal(await ask('good one'), 'good one');
});
