import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { momentText, parseDuration, parseMoment, remainingText } from './times.js';

describe('times of the command line', () => {
  test('durations with units, in parts, and as plain milliseconds', () => {
    const texts = ['5m', '1h30m', '250ms', '1.5s', '2d', '70'];
    assert.deepEqual(texts.map(parseDuration), [300_000, 5_400_000, 250, 1_500, 172_800_000, 70]);
  });

  test('what is no duration is refused', () => {
    for (const text of ['', '5', '-5m', '5 m', 'm', '5x', '5m!'].filter((one) => one !== '5')) {
      assert.throws(() => parseDuration(text), { code: 'commander.invalidArgument' }, text);
    }
  });

  test('moments as ISO 8601 and as milliseconds', () => {
    assert.equal(parseMoment('2026-01-31T12:00:00Z'), Date.UTC(2026, 0, 31, 12));
    assert.equal(parseMoment('2026-01-31T12:00:00+02:00'), Date.UTC(2026, 0, 31, 10));
    const noon = ['2026-01-31T12:00', '2026-01-31 12:00:00', '2026-01-31T12:00:00.000Z'];
    assert.deepEqual(noon.map(parseMoment), Array(3).fill(Date.UTC(2026, 0, 31, 12)));
    assert.equal(parseMoment('2026-01-31'), Date.UTC(2026, 0, 31));
    assert.equal(parseMoment('2026-01-31 12:00-0130'), Date.UTC(2026, 0, 31, 13, 30));
    assert.equal(parseMoment('2028-02-29T00:00:00Z'), Date.UTC(2028, 1, 29));
    assert.equal(parseMoment('0'), 0);
    assert.equal(parseMoment('1795349760000'), 1_795_349_760_000);
    const days = [
      '2026-13-01',
      '31.1.2026',
      '2027-02-29',
      '2027-02-31T00:00:00Z',
      '2026-01-31T25:00',
    ];
    for (const text of ['tomorrow', ...days, '-5', '2027', '1795349760']) {
      assert.throws(() => parseMoment(text), { code: 'commander.invalidArgument' }, text);
    }
  });

  test('a time that no calendar has is printed as its number', () => {
    assert.equal(momentText(8_640_000_000_000_001), '8640000000000001');
  });

  test('what is left, in minutes and hours', () => {
    assert.deepEqual([-5, 5_000, 65_000, 3_723_000].map(remainingText), [
      ...['0:00', '0:05', '1:05', '1:02:03'],
    ]);
  });
});
