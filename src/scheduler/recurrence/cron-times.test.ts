import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nextNominal } from './nominal-times.js';

interface Row {
  readonly what: string;
  readonly timeZone: string;
  readonly expression: string;
  /** Both ends included, by the second. */
  readonly from: string;
  readonly until: string;
  readonly runs: readonly string[];
}

const BERLIN = { timeZone: 'Europe/Berlin' };
const SPRING = { ...BERLIN, from: '2024-03-31T00:00', until: '2024-03-31T03:00' };
const AUTUMN = { ...BERLIN, from: '2024-10-26T23:30', until: '2024-10-27T02:30' };
const LORD_HOWE = { timeZone: 'Australia/Lord_Howe' };
const HOWE_SPRING = { ...LORD_HOWE, from: '2024-10-05T15:00', until: '2024-10-05T16:00' };
const HOWE_AUTUMN = { ...LORD_HOWE, from: '2024-04-06T14:30', until: '2024-04-06T15:45' };
const APIA = { timeZone: 'Pacific/Apia', from: '2011-12-29T09:00', until: '2011-12-31T10:30' };
const SAO_PAULO = { timeZone: 'America/Sao_Paulo' };
const CASEY = { timeZone: 'Antarctica/Casey' };

/** By hand, from the tables of the zones. Times in UTC. */
const ROWS: readonly Row[] = [
  // Berlin: 02:00 to 03:00 is left out at 01:00Z
  {
    what: 'a time that is left out runs when the clock goes on',
    ...SPRING,
    expression: '30 2 * * *',
    runs: ['2024-03-31T01:00'],
  },
  {
    what: 'several that are left out make one run',
    ...SPRING,
    expression: '5,15,55 2 * * *',
    runs: ['2024-03-31T01:00'],
  },
  {
    what: 'none more when that moment is a run anyway',
    ...SPRING,
    expression: '0 2,3 * * *',
    runs: ['2024-03-31T01:00'],
  },
  {
    what: 'a list of hours keeps the others',
    ...SPRING,
    expression: '30 1-3 * * *',
    runs: ['2024-03-31T00:30', '2024-03-31T01:00', '2024-03-31T01:30'],
  },
  {
    what: '* goes on by the clock: nothing for what is left out',
    ...SPRING,
    expression: '30 * * * *',
    runs: ['2024-03-31T00:30', '2024-03-31T01:30', '2024-03-31T02:30'],
  },
  {
    what: '? is the same as *',
    ...SPRING,
    expression: '30 ? * * *',
    runs: ['2024-03-31T00:30', '2024-03-31T01:30', '2024-03-31T02:30'],
  },
  {
    what: 'every two hours by the clock: 02:00 is not there',
    ...SPRING,
    expression: '0 */2 * * *',
    runs: ['2024-03-31T02:00'],
  },
  {
    what: 'seconds within what is left out make one run too',
    ...SPRING,
    expression: '*/20 30 2 * * *',
    runs: ['2024-03-31T01:00'],
  },
  // Berlin: 02:00 to 03:00 comes twice, at 00:00Z and 01:00Z
  {
    what: 'a time that is repeated runs at its first occurrence',
    ...AUTUMN,
    expression: '30 2 * * *',
    runs: ['2024-10-27T00:30'],
  },
  {
    what: 'also the first of the repeated times',
    ...AUTUMN,
    expression: '0 2 * * *',
    runs: ['2024-10-27T00:00'],
  },
  {
    what: 'the time after the repeated hour is no repetition',
    ...AUTUMN,
    expression: '0 3 * * *',
    runs: ['2024-10-27T02:00'],
  },
  {
    what: '* runs at both',
    ...AUTUMN,
    expression: '30 * * * *',
    runs: ['2024-10-26T23:30', '2024-10-27T00:30', '2024-10-27T01:30', '2024-10-27T02:30'],
  },
  {
    what: 'all hours by name are times of day, not *',
    ...AUTUMN,
    expression: '30 0-23 * * *',
    runs: ['2024-10-26T23:30', '2024-10-27T00:30', '2024-10-27T02:30'],
  },
  // Lord Howe: 02:00 to 02:30 is left out at 15:30Z; 01:30 to 02:00 comes twice, 14:30Z and 15:00Z
  {
    what: 'half an hour that is left out',
    ...HOWE_SPRING,
    expression: '15,45 2 * * *',
    runs: ['2024-10-05T15:30', '2024-10-05T15:45'],
  },
  {
    what: 'half an hour, every 15 minutes',
    ...HOWE_SPRING,
    expression: '*/15 * * * *',
    runs: [
      ...['2024-10-05T15:00', '2024-10-05T15:15', '2024-10-05T15:30'],
      ...['2024-10-05T15:45', '2024-10-05T16:00'],
    ],
  },
  {
    what: 'half an hour that is repeated',
    ...HOWE_AUTUMN,
    expression: '45 1 * * *',
    runs: ['2024-04-06T14:45'],
  },
  {
    what: 'half an hour that is repeated, with *',
    ...HOWE_AUTUMN,
    expression: '45 * * * *',
    runs: ['2024-04-06T14:45', '2024-04-06T15:15'],
  },
  // Apia: after the 29th, which ends at 10:00Z on the 30th, comes the 31st
  {
    what: 'a day that is left out has no run at noon',
    ...APIA,
    until: '2011-12-31T22:00',
    expression: '0 12 * * *',
    runs: ['2011-12-29T22:00', '2011-12-30T22:00', '2011-12-31T22:00'],
  },
  {
    what: 'nor one of its own at its end',
    ...APIA,
    expression: '0 12 30 * *',
    runs: [],
  },
  {
    what: 'midnight of the day after it',
    ...APIA,
    expression: '0 0 * * *',
    runs: ['2011-12-29T10:00', '2011-12-30T10:00', '2011-12-31T10:00'],
  },
  // São Paulo: 00:00 to 01:00 is left out at 03:00Z; 23:00 comes twice, 01:00Z and 02:00Z
  {
    what: 'a midnight that is left out',
    ...SAO_PAULO,
    from: '2018-11-03T12:00',
    until: '2018-11-05T12:00',
    expression: '@daily',
    runs: ['2018-11-04T03:00', '2018-11-05T02:00'],
  },
  {
    what: 'a weekday whose time is left out stays the weekday',
    ...SAO_PAULO,
    from: '2018-11-03T12:00',
    until: '2018-11-05T12:00',
    expression: '30 0 * * SUN',
    runs: ['2018-11-04T03:00'],
  },
  {
    what: 'the last hour of a day, repeated',
    ...SAO_PAULO,
    from: '2018-02-17T12:00',
    until: '2018-02-18T12:00',
    expression: '30 23 * * *',
    runs: ['2018-02-18T01:30'],
  },
  // Casey: at 17:00Z the clock goes back from 04:00 to 01:00
  {
    what: 'three hours that are repeated, over midnight of UTC',
    ...CASEY,
    from: '2018-03-10T12:00',
    until: '2018-03-10T20:30',
    expression: '0 0-4 * * *',
    runs: ['2018-03-10T13:00', '2018-03-10T14:00', '2018-03-10T15:00', '2018-03-10T16:00'].concat(
      '2018-03-10T20:00',
    ),
  },
  // Jerusalem and Chisinau: where one of the blocks that a zone is searched by ends
  {
    what: 'left out at the end of a block',
    timeZone: 'Asia/Jerusalem',
    from: '2019-03-28T12:00',
    until: '2019-03-29T12:00',
    expression: '30 2 * * *',
    runs: ['2019-03-29T00:00'],
  },
  {
    what: 'repeated at the end of a block',
    timeZone: 'Europe/Chisinau',
    from: '2020-10-24T12:00',
    until: '2020-10-25T12:00',
    expression: '30 2 * * *',
    runs: ['2020-10-24T23:30'],
  },
  {
    what: 'a time that is left out, asked for long before',
    ...BERLIN,
    from: '2023-06-01T00:00',
    until: '2024-06-01T00:00',
    expression: '30 2 31 3 *',
    runs: ['2024-03-31T01:00'],
  },
];

const msOf = (text: string): number => Date.parse(`${text}:00Z`);

function runsOf({ timeZone, expression, from, until }: Row): string[] {
  const recurrence = { kind: 'cron', expression, timeZone } as const;
  const found: string[] = [];
  let nominalMs = nextNominal(recurrence, msOf(from) - 1);
  while (nominalMs !== undefined && nominalMs <= msOf(until)) {
    found.push(new Date(nominalMs).toISOString().slice(0, 16));
    nominalMs = nextNominal(recurrence, nominalMs);
  }
  return found;
}

describe('where clocks change', () => {
  for (const row of ROWS) {
    test(`${row.timeZone}, ${row.expression}: ${row.what}`, () => {
      assert.deepEqual(runsOf(row), row.runs);
    });
  }
});

describe('from any moment', () => {
  test('the answer is the same, however near the change it is asked', () => {
    const recurrence = { kind: 'cron', expression: '*/10 1-3 * * *', ...BERLIN } as const;
    const changeMs = msOf('2024-10-27T01:00');
    const all: number[] = [];
    for (let ms = changeMs - 7_200_000; ms < changeMs + 7_200_000; ms += 60_000) {
      const next = nextNominal(recurrence, ms);
      assert.ok(next !== undefined && next > ms);
      if (next !== all.at(-1)) all.push(next);
    }
    const walk = all.slice(0, 1);
    for (let last = all[0]; walk.length < all.length; walk.push(last)) {
      last = nextNominal(recurrence, last ?? 0) ?? 0;
    }
    assert.deepEqual(all, walk);
  });
});
