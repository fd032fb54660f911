import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { before, describe, test } from 'node:test';
import { z } from 'zod';
import { projectDirectory } from '../../runtime/index.js';
import { nextNominal } from './nominal-times.js';

const SCRIPT = join(projectDirectory(), 'src/scheduler/recurrence/nominal_times.py');
const PYTHON = 'python3';
const WALK_MS = 240_000;

const EXPRESSIONS = [
  '*/15 * * * *',
  '7 */3 * * *',
  '30 2 * * *',
  '0 0 * * *',
  '15,45 1-3 * * *',
  '0 0-23 * * *',
  '59 23 * * 7',
  '30 0,2 * * 1-5',
  '10 1 L * *',
  '5 2 13,31 * 5',
  '0 3 * 1-4,9-12 0#2',
  '*/20 30 2-3 * * *',
  '15 */30 * * 4,10 *',
];

/** Years in which the clocks of a zone did something. */
const YEARS = [
  ['Europe/Berlin', 2024],
  ['America/New_York', 2024],
  ['America/Sao_Paulo', 2018],
  ['Africa/Casablanca', 2023],
  ['Australia/Lord_Howe', 2024],
  ['Pacific/Apia', 2011],
  ['Asia/Kathmandu', 1986],
] as const;

function nominalsOf(timeZone: string, year: number, expression: string): number[] {
  const recurrence = { kind: 'cron', expression, timeZone } as const;
  const untilMs = Date.UTC(year + 1);
  const found: number[] = [];
  let nominalMs = nextNominal(recurrence, Date.UTC(year) - 1);
  while (nominalMs !== undefined && nominalMs < untilMs) {
    found.push(nominalMs / 1_000);
    nominalMs = nextNominal(recurrence, nominalMs);
  }
  return found;
}

/** For each year, for each expression. */
const LISTS = z.array(z.array(z.array(z.number())));
type Lists = z.infer<typeof LISTS>;

async function walked(): Promise<Lists> {
  const child = spawn(PYTHON, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'], timeout: WALK_MS });
  child.stdin.end(JSON.stringify({ expressions: EXPRESSIONS, years: YEARS }));
  const lists: unknown = await json(child.stdout);
  return LISTS.parse(lists);
}

const check = spawnSync(PYTHON, ['-c', 'import zoneinfo; zoneinfo.ZoneInfo("Pacific/Apia")']);
const missing = check.status !== 0;
const skip =
  missing && process.env['CI'] !== 'true' ? 'NOT CHECKED: no python3 with time zones here' : false;

describe('a year of a zone, minute by minute in Python', { skip, timeout: WALK_MS }, () => {
  let expected: Lists = [];
  before(async () => {
    assert.ok(!missing, 'python3 with time zones is missing');
    expected = await walked();
  });

  YEARS.forEach(([timeZone, year], zone) => {
    EXPRESSIONS.forEach((expression, index) => {
      test(`${timeZone} ${year}: ${expression}`, () => {
        const wanted = expected[zone]?.[index] ?? [];
        assert.ok(wanted.length > 0, 'the expression has runs');
        assert.deepEqual(nominalsOf(timeZone, year, expression), wanted);
      });
    });
  });
});
