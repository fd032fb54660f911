import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Progress } from './progress.js';

function world(isTTY: boolean) {
  const written: string[] = [];
  const time = { nowMs: 0 };
  const clock = { nowMs: () => time.nowMs, monotonicMs: () => time.nowMs };
  const progress = new Progress({ isTTY, write: (text) => written.push(text) }, clock);
  const at = (nowMs: number, events: number, part: number | undefined): void => {
    time.nowMs = nowMs;
    progress.update(() => ({ events, part }));
  };
  return { written, progress, at };
}

describe('progress', () => {
  test('a bar with rate and time left on a terminal, drawn over', () => {
    const { written, progress, at } = world(true);
    at(50, 1, 0.1);
    at(1_000, 500, 0.25);
    at(1_050, 510, 0.26);
    progress.end();
    assert.deepEqual(written, [
      '\r\u001b[2K[######------------------] 25 % 500 events, 500/s, 0:03 left',
      '\r\u001b[2K',
    ]);
  });

  test('elsewhere plain lines every few seconds', () => {
    const { written, progress, at } = world(false);
    at(4_999, 100, undefined);
    at(5_000, 1_000, undefined);
    at(6_000, 1_100, undefined);
    progress.end();
    assert.deepEqual(written, ['1000 events, 200/s\n']);
  });

  test('the rate is that of the last seconds, not of all the time', () => {
    const { written, at } = world(false);
    at(10_000, 100_000, undefined);
    at(20_000, 101_000, undefined);
    at(30_000, 102_000, undefined);
    assert.match(written.at(-1) ?? '', /^102000 events, 100\/s/);
  });
});
