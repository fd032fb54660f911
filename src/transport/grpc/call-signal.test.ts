import assert from 'node:assert/strict';
import { EventEmitter, getEventListeners } from 'node:events';
import { test } from 'node:test';
import { AppError } from '../../core/index.js';
import { FakeTime } from '../../runtime/index.js';
import { CallWatch, type CallEnds } from './call-signal.js';

const ENDS: CallEnds = { waitMaxMs: 10_000, answerMarginMs: 500 };

class Call extends EventEmitter {
  readonly #deadline: number;

  constructor(deadline: number) {
    super();
    this.#deadline = deadline;
  }

  getDeadline(): number {
    return this.#deadline;
  }
}

function watched(timeoutMs: number, ends: Partial<CallEnds> = {}) {
  const time = new FakeTime();
  const call = new Call(time.nowMs() + timeoutMs);
  const watch = new CallWatch(call, { clock: time, timers: time }, { ...ENDS, ...ends });
  const reason = (): string | undefined => {
    const why: unknown = watch.signal.reason;
    return why instanceof AppError ? why.code : undefined;
  };
  return { time, call, watch, reason };
}

test('a caller is answered before its deadline, by a tenth of its time at most', () => {
  for (const [timeoutMs, answeredMs] of [
    [1_000, 900],
    [20_000, 19_500],
    [Infinity, 10_000],
  ] as const) {
    const { time, reason } = watched(timeoutMs);
    time.advance(answeredMs - 1);
    assert.equal(reason(), undefined);
    time.advance(1);
    assert.equal(reason(), 'DEADLINE_EXCEEDED');
  }
  assert.equal(watched(0).reason(), 'DEADLINE_EXCEEDED');
});

test('cancelling ends a call, unless it is over', () => {
  const open = watched(1_000);
  open.call.emit('cancelled');
  assert.equal(open.reason(), 'CANCELLED');
  const done = watched(1_000);
  done.watch.over();
  done.call.emit('cancelled');
  assert.equal(done.watch.signal.aborted, false);
});

test('what is over is not watched', () => {
  const other = new AbortController();
  const { time, watch } = watched(1_000, { others: [other.signal] });
  watch.over();
  assert.equal(getEventListeners(other.signal, 'abort').length, 0);
  assert.equal(time.msUntilWake(), Infinity);
  time.advance(2_000);
  assert.equal(watch.signal.aborted, false);
});

test('other signals end a call with their reasons', () => {
  const other = new AbortController();
  const { reason } = watched(Infinity, { waitMaxMs: undefined, others: [other.signal] });
  other.abort(new AppError('NOT_READY', 'go on elsewhere'));
  assert.equal(reason(), 'NOT_READY');
  const late = watched(Infinity, { waitMaxMs: undefined, others: [other.signal] });
  assert.equal(late.reason(), 'NOT_READY');
});
