import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  attempted,
  cancelled,
  claimed,
  DEFAULT_RETRY,
  deleted,
  hurried,
  LOST_ATTEMPTS_MAX,
  lost,
  purged,
  refused,
  replayed,
  requireUuid,
  rescheduled,
  scheduled,
  scheduledAnew,
  withdrawn,
  type CallResult,
  type Claim,
  type Moment,
  type TimedEvent,
  type TimedEventState,
} from '../../src/core/index.js';
import {
  DEFAULT_POLLER_SETTINGS,
  DEFAULT_RETENTION_MS,
  DEFAULT_TIMEOUT_MS,
} from '../../src/scheduler/index.js';

/** From dist/test/docs. */
const TEXT = readFileSync(new URL('../../../docs/scheduler.md', import.meta.url), 'utf8');
const ROW = /^\| `([A-Za-z]+)` \| ([A-Z–any]+) \| ([A-Z]+) \| [^|]+ \| ([^|]+) \|$/gm;

const NOW_MS = 1_700_000_000_000;
const uuid = (number: number) =>
  requireUuid(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);
const moment = (nowMs = NOW_MS): Moment => ({ nowMs, change: uuid(9) });
const claim: Claim = { poller: uuid(1), epoch: 3, claimedMs: NOW_MS };

const STATES: { readonly [Status in TimedEventState['status']]: TimedEventState } = {
  PENDING: { status: 'PENDING', nextMs: NOW_MS },
  PROCESSING: { status: 'PROCESSING', nextMs: NOW_MS, claim },
  COMPLETED: { status: 'COMPLETED', finishedMs: NOW_MS },
  FAILED: { status: 'FAILED', finishedMs: NOW_MS, reason: 'a test' },
  SKIPPED: { status: 'SKIPPED', finishedMs: NOW_MS, reason: 'a test' },
  CANCELLED: { status: 'CANCELLED', finishedMs: NOW_MS },
  DELETED: { status: 'DELETED', finishedMs: NOW_MS },
};

const KEY = { application: 'app', eventId: 'a' };
const PLAN: TimedEvent['plan'] = {
  dueMs: NOW_MS,
  payload: new Uint8Array(),
  target: { kind: 'http', url: 'http://x.test/', method: 'POST', headers: [] },
  retry: { ...DEFAULT_RETRY, maxAgeMs: 60_000 },
  timeoutMs: 1_000,
  retentionMs: 1_000,
};

function entry(state: TimedEventState, attempts: TimedEvent['attempts'] = []): TimedEvent {
  return { ...scheduled(KEY, PLAN, uuid(2), moment()), change: uuid(3), state, attempts };
}

function withAttempts(event: TimedEvent, count: number, kind: 'lost' | 'failed'): TimedEvent {
  const outcome = kind === 'lost' ? { kind } : { kind, error: 'no connection' };
  const attempts = Array.from({ length: count }, (_, index) => {
    return { number: index + 1, startedMs: 1, durationMs: 1, claim, outcome };
  });
  return { ...event, attempts };
}

function lateness(event: TimedEvent, action: 'skip' | 'dead-letter'): TimedEvent {
  return { ...event, plan: { ...event.plan, lateness: { maxMs: 0, action } } };
}

const answered = (status: number, retryAfterMs?: number): CallResult => {
  return { kind: 'answered', status, body: '', retryAfterMs };
};
const RESULTS: readonly CallResult[] = [
  answered(204),
  answered(302),
  answered(404),
  answered(429),
  answered(503),
  answered(503, 3_000_000),
  { kind: 'failed', error: 'no connection' },
  { kind: 'refused', reason: 'a private address' },
  { kind: 'again', atMs: NOW_MS + 1_000 },
];

type Walk = (event: TimedEvent) => readonly (TimedEvent | undefined)[];

/** Each arrow on one entry, with all inputs that make a difference. */
const WALKS: Readonly<Record<string, Walk>> = {
  scheduled: () => [],
  scheduledAnew: (event) => [scheduledAnew(event, PLAN, uuid(4), moment())],
  claimed: (event) => [
    claimed(event, claim, moment()),
    claimed(lateness(event, 'skip'), claim, moment(NOW_MS + 1)),
    claimed(lateness(event, 'dead-letter'), claim, moment(NOW_MS + 1)),
    claimed(event, claim, moment(NOW_MS + 60_001)),
  ],
  withdrawn: (event) => [withdrawn(event, moment())],
  attempted: (event) =>
    RESULTS.flatMap((result) =>
      [0, 3, 4].map((before) => {
        const call = { result, startedMs: NOW_MS, durationMs: 5, chance: 0 };
        return attempted(withAttempts(event, before, 'failed'), call, moment());
      }),
    ),
  lost: (event) => [
    lost(event, moment()),
    lost(withAttempts(event, LOST_ATTEMPTS_MAX - 1, 'lost'), moment()),
  ],
  deleted: (event) => [deleted(event, moment())],
  cancelled: (event) => [cancelled(event, moment())],
  rescheduled: (event) => [rescheduled(event, NOW_MS + 1, moment())],
  hurried: (event) => [hurried(event, moment())],
  refused: (event) => [refused(event, 'disabled', moment())],
  replayed: (event) => [replayed(event, moment())],
  purged: (event) => [purged(event, moment())],
};

/** What an arrow makes of all states that it does not refuse. */
function steps(walk: Walk): { readonly before: TimedEvent; readonly after: TimedEvent }[] {
  return Object.values(STATES).flatMap((state) => {
    const before = entry(state);
    return walk(before).flatMap((after) => (after === undefined ? [] : [{ before, after }]));
  });
}

/** `name: from → to`, as the code has it. */
function arrowsOfCode(): string[] {
  const arrows = new Set([
    `scheduled: – → ${scheduled(KEY, PLAN, uuid(2), moment()).state.status}`,
  ]);
  for (const [name, walk] of Object.entries(WALKS)) {
    for (const { before, after } of steps(walk)) {
      arrows.add(`${name}: ${before.state.status} → ${after.state.status}`);
    }
  }
  return [...arrows].sort();
}

/** The same, as the document has it. */
function arrowsOfDocument(): string[] {
  return [...TEXT.matchAll(ROW)]
    .flatMap(([, name = '', from = '', to = '']) => {
      const froms = from === 'any' ? Object.keys(STATES) : [from];
      return froms.map((status) => `${name}: ${status} → ${to}`);
    })
    .sort();
}

describe('docs/scheduler.md', () => {
  test('its arrows are those of the code: all of them, and no other', () => {
    assert.deepEqual(arrowsOfDocument(), arrowsOfCode());
  });

  test('the diagram shows the arrows of the table', () => {
    const drawn = [...TEXT.matchAll(/^ {4}([A-Z]+) --> ([A-Z]+):/gm)].map(
      ([, from = '', to = '']) => `${from} → ${to}`,
    );
    const listed = [...TEXT.matchAll(ROW)]
      .filter(([, , from = '']) => from !== 'any' && from !== '–')
      .map(([, , from = '', to = '']) => `${from} → ${to}`);
    assert.deepEqual([...new Set(drawn)].sort(), [...new Set(listed)].sort());
  });

  test('every arrow to a new time writes its notice first', () => {
    for (const [row, name, , to, notice = ''] of TEXT.matchAll(ROW)) {
      if (to !== 'PENDING' || name === 'withdrawn') continue;
      assert.match(notice, /written first/, row);
    }
  });

  test('its defaults are those of the code', () => {
    const { gate, catchUpPerSecond, lateAfterMs } = DEFAULT_POLLER_SETTINGS;
    const said = [
      `Time-out of an attempt | ${DEFAULT_TIMEOUT_MS / 1_000} s`,
      `Retention of finished entries | ${DEFAULT_RETENTION_MS / 86_400_000} days`,
      `(scheme, host and port) | ${gate.perDestination} for`,
      `of one application | ${gate.perApplication} for`,
      `in all | ${gate.total.toLocaleString('en')} for`,
      `Late entries begun | ${catchUpPerSecond} a second`,
      `more than ${lateAfterMs / 1_000} s late`,
      `${DEFAULT_RETRY.attemptsMax} attempts in all`,
      `are ${DEFAULT_RETRY.firstDelayMs} ms, 1 s, 2 s, 4 s`,
    ];
    for (const text of said) assert.ok(TEXT.includes(text), text);
  });
});

describe('every arrow', () => {
  test('gives a change of its own, and keeps what is not its business', () => {
    for (const { before, after } of Object.values(WALKS).flatMap(steps)) {
      assert.equal(after.change, uuid(9));
      assert.deepEqual(after.key, KEY);
      const { lateness, replay } = after.plan;
      const own = { ...(lateness && { lateness }), ...(replay && { replay }), dueMs: 0 };
      assert.deepEqual({ ...after.plan, dueMs: 0 }, { ...PLAN, ...own });
      assert.deepEqual(before, entry(before.state), 'an entry is a value');
    }
  });
});
