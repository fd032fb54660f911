import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Exchange } from './exchange.js';

/** What undici hands to a handler, as far as an exchange uses it. */
function controller(): {
  aborts: number;
  readonly dispatch: Parameters<Exchange['onRequestStart']>[0];
} {
  const seen = {
    aborts: 0,
    dispatch: {
      aborted: false,
      paused: false,
      reason: null,
      abort: () => void (seen.aborts += 1),
      pause: () => undefined,
      resume: () => undefined,
    },
  };
  return seen;
}

function openExchange(mayBegin = (): boolean => true): Exchange {
  return new Exchange({
    bodyBytesMax: 1_024,
    hidden: [],
    mayBegin,
    explain: () => ({ kind: 'failed', error: 'explained' }),
    retryAfterMs: () => undefined,
  });
}

test('1xx is not yet an answer', () => {
  const exchange = openExchange();
  const { dispatch } = controller();
  exchange.onRequestStart(dispatch);
  exchange.onResponseStart(dispatch, 103, {});
  assert.equal(exchange.status, undefined);
  exchange.onResponseStart(dispatch, 404, {});
  assert.equal(exchange.status, 404);
});

test('a request that undici would begin again is broken off, unasked', async () => {
  let asked = 0;
  const exchange = openExchange(() => (asked += 1) > 0);
  const again = controller();
  exchange.onRequestStart(controller().dispatch);
  exchange.onRequestStart(again.dispatch);
  assert.deepEqual([asked, again.aborts], [1, 1]);
});

test('the first end counts', async () => {
  const exchange = openExchange();
  const seen = controller();
  exchange.onRequestStart(seen.dispatch);
  exchange.giveUp({ kind: 'failed', error: 'late' });
  exchange.onResponseError(seen.dispatch, new Error('aborted'));
  exchange.onResponseEnd();
  exchange.giveUp({ kind: 'withdrawn' });
  assert.deepEqual(await exchange.ended, { kind: 'failed', error: 'late' });
  assert.equal(seen.aborts, 1);
});
