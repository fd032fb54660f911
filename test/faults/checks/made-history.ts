import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type {
  AppendEnd,
  AppendTry,
  Expected,
  FaultPeriod,
  FeedReader,
  FinalEvent,
  HistoryLine,
  RunRecord,
  TimerEnd,
} from '../history/operation.js';
import { checkRun } from './check-run.js';

type Span = readonly [fromMs: number, toMs: number];

export const EMPTY: RunRecord = {
  lines: [],
  finalStreams: new Map(),
  readers: [],
  feed: 'ordered',
  passed: [],
};

export const UNKNOWN = { kind: 'unknown', why: 'no answer' } as const;
export const REFUSED = { kind: 'refused', why: 'not ready' } as const;
export const DONE = { kind: 'done' } as const;

export function ok(firstVersion: number, lastVersion = firstVersion): AppendEnd {
  return { kind: 'ok', firstVersion, lastVersion };
}

export function conflict(currentVersion?: number): AppendEnd {
  return { kind: 'conflict', currentVersion };
}

export function exact(version: number): Expected {
  return { kind: 'exact', version };
}

/** A try of an append of one event of type T to stream s through server one. */
export function append(
  name: string,
  [invokedMs, endedMs]: Span,
  end: AppendEnd,
  more: Partial<AppendTry> = {},
): AppendTry {
  const shared = { api: 'v1', stream: 's', server: 'one', expected: { kind: 'any' } } as const;
  return {
    ...{ ...shared, kind: 'append', append: name, types: ['T'] },
    ...{ invokedMs, endedMs, end },
    ...more,
  };
}

export function read([invokedMs, endedMs]: Span, ...keys: string[]): HistoryLine {
  return { kind: 'read', api: 'v1', stream: 's', server: 'two', invokedMs, endedMs, keys };
}

export function delivery(atMs: number, key: string, version: number, stream = 's'): HistoryLine {
  return { kind: 'delivery', reader: 'reader', atMs, stream, version, key };
}

export function fault(
  name: string,
  [fromMs, toMs]: Span,
  more: Partial<FaultPeriod> = {},
): FaultPeriod {
  return { kind: 'fault', fault: name, what: name, target: 'one', fromMs, toMs, ...more };
}

export function timer(
  kind: 'timer-add' | 'timer-cancel',
  [invokedMs, endedMs]: Span,
  end: TimerEnd,
): HistoryLine {
  return { kind, timer: 'timer', server: 'one', dueMs: 100, invokedMs, endedMs, end };
}

export function callback(atMs: number): HistoryLine {
  return { kind: 'callback', timer: 'timer', atMs };
}

export const READER: FeedReader = { name: 'reader', api: 'v1', types: ['T'] };

/** A run in which stream s ended as these keys; another type than T stands after a space. */
export function run(keys: readonly string[], ...lines: HistoryLine[]): RunRecord {
  return { ...EMPTY, lines, finalStreams: new Map([['s', keys.map(eventOf)]]) };
}

function eventOf(text: string): FinalEvent {
  const [key = '', type = 'T'] = text.split(' ');
  return { key, type };
}

/** A history that is wrong when a number in it is `bad`, and right when it is `good`. */
export interface Twins {
  readonly name: string;
  /** The check that must find it. */
  readonly check: string;
  readonly good: number;
  readonly bad: number;
  readonly history: (number: number) => RunRecord;
}

/** Tests that the wrong one is found under its name, and that nothing is said of the right one. */
export function tellsApart(title: string, twins: readonly Twins[]): void {
  describe(title, () => {
    for (const { name, check, good, bad, history } of twins) {
      test(`${check}: ${name}`, () => {
        assert.deepEqual(checkRun(history(good)).violations, []);
        const found = checkRun(history(bad)).violations;
        assert.ok(
          found.some((violation) => violation.check === check),
          JSON.stringify(found),
        );
      });
    }
  });
}
