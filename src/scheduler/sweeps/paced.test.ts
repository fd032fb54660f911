import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { driveTime } from '../../../test/support/drive-time.js';
import { FakeTime } from '../../runtime/index.js';
import { paced } from './paced.js';

let time: FakeTime;
beforeEach(() => {
  time = new FakeTime();
});

const drive = <Result>(work: Promise<Result>): Promise<Result> => driveTime(time, work);
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const withSignal = (signal = new AbortController().signal) => ({
  clock: time,
  timers: time,
  signal,
});

for (const perSecond of [1, 7, 500]) {
  test(`${perSecond} a second begin evenly, and the last has its time too`, async () => {
    const begun: number[] = [];
    const work = async (): Promise<void> => {
      begun.push(time.monotonicMs());
    };
    await drive(paced(numbers(15), { perSecond, atOnce: 4 }, work, withSignal()));
    const wanted = numbers(15).map((index) => (index * 1_000) / perSecond);
    assert.deepEqual(begun.map(Math.round), wanted.map(Math.round));
    assert.ok(time.monotonicMs() >= 15_000 / perSecond);
  });
}

test('no more at once than it may, and all in the end', async () => {
  let underWay = 0;
  let most = 0;
  const seen: number[] = [];
  const work = async (item: number): Promise<void> => {
    underWay += 1;
    most = Math.max(most, underWay);
    await time.sleep(10);
    seen.push(item);
    underWay -= 1;
  };
  await drive(paced(numbers(50), { perSecond: Infinity, atOnce: 8 }, work, withSignal()));
  assert.equal(most, 8);
  assert.deepEqual(
    seen.sort((left, right) => left - right),
    numbers(50),
  );
});

test('what is thrown ends it once nothing is under way', async () => {
  let underWay = 0;
  let begun = 0;
  const work = async (item: number): Promise<void> => {
    begun += 1;
    underWay += 1;
    await time.sleep(10 + item);
    underWay -= 1;
    if (item === 2) throw new Error('broken');
  };
  const all = paced(numbers(50), { perSecond: Infinity, atOnce: 4 }, work, withSignal());
  await assert.rejects(drive(all), /broken/);
  assert.equal(underWay, 0);
  assert.ok(begun < 10, String(begun));
});

test('the signal ends it, and says so: it was not all', async () => {
  const ending = new AbortController();
  let begun = 0;
  const work = async (): Promise<void> => {
    begun += 1;
    if (begun === 3) ending.abort();
  };
  const all = paced(numbers(50), { perSecond: 10, atOnce: 4 }, work, withSignal(ending.signal));
  await assert.rejects(drive(all));
  assert.equal(begun, 3);
});
