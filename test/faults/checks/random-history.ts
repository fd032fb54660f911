import { isExpected } from '../../../src/core/index.js';
import type {
  AppendEnd,
  AppendTry,
  Expected,
  RunRecord,
  StreamRead,
} from '../history/operation.js';

export const STREAM = 'stream';

/** Whole numbers below a limit, from a list that fast-check made and can shorten. */
export class Choices {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  below(limit: number): number {
    const number = this.#numbers[this.#at] ?? 0;
    this.#at += 1;
    return number % limit;
  }

  one<Item>(first: Item, ...others: Item[]): Item {
    return [first, ...others][this.below(others.length + 1)] ?? first;
  }

  /** In `times` of `of`. */
  chance(times: number, of: number): boolean {
    return this.below(of) >= of - times;
  }
}

interface Append {
  readonly append: string;
  readonly expected: Expected;
  readonly types: readonly string[];
}

/** Chance alone seldom asks for a version between two others, where a conflict has two ways. */
const BETWEEN: readonly Append[] = [
  { append: 'a', expected: { kind: 'any' }, types: ['T'] },
  { append: 'b', expected: { kind: 'any' }, types: ['T'] },
  { append: 'c', expected: { kind: 'exact', version: 1 }, types: ['T'] },
];

/** An operation before it is known what is answered: when it is called, has its effect, ends. */
interface Plan {
  readonly invokedMs: number;
  readonly effectMs: number;
  readonly endedMs: number;
  /** Undefined: a read. */
  readonly append: Append | undefined;
  readonly hides: 'nothing' | 'end' | 'effect';
}

/** A history of one stream that a true store may have left: at most 6 operations, 3 appends. */
export function trueHistory(choices: Choices): RunRecord {
  const appends = choices.chance(1, 2)
    ? Array.from({ length: 1 + choices.below(3) }, (_, at) => madeAppend(choices, at))
    : BETWEEN;
  const plans = Array.from({ length: 3 + choices.below(4) }, () => madePlan(choices, appends));
  const keys: string[] = [];
  const lines = plans
    .toSorted((left, right) => left.effectMs - right.effectMs)
    .map((plan) => carriedOut(plan, keys, choices));
  return recordOf(lines, keys);
}

export function recordOf(lines: RunRecord['lines'], keys: readonly string[]): RunRecord {
  return {
    lines: lines.toSorted(byEnd),
    finalStreams: new Map([[STREAM, keys.map((key) => ({ key, type: 'T' }))]]),
    readers: [],
    feed: 'ordered',
    passed: [],
  };
}

function madeAppend(choices: Choices, at: number): Append {
  const version = choices.below(4);
  const expected = choices.one<Expected>(
    { kind: 'exact', version },
    { kind: 'exact', version },
    { kind: 'no-stream' },
    { kind: 'stream-exists' },
    { kind: 'any' },
  );
  const types = choices.chance(1, 3) ? ['T', 'T'] : ['T'];
  return { append: 'abc'.charAt(at), expected, types };
}

function madePlan(choices: Choices, appends: readonly Append[]): Plan {
  const invokedMs = choices.below(16);
  const lengthMs = choices.below(5);
  const append = choices.chance(2, 6) ? undefined : appends[choices.below(appends.length)];
  const hides = choices.one('nothing', 'nothing', 'nothing', 'nothing', 'end', 'effect');
  const isLate = hides === 'end' && choices.chance(1, 2);
  const effectMs = invokedMs + choices.below(isLate ? 14 : lengthMs + 1);
  return { invokedMs, effectMs, endedMs: invokedMs + lengthMs, append, hides };
}

/** What the model answers at this moment; `keys` is the stream and grows. */
function carriedOut(plan: Plan, keys: string[], choices: Choices): AppendTry | StreamRead {
  const { invokedMs, endedMs, append, hides } = plan;
  const shared = { api: 'v1', stream: STREAM, invokedMs, endedMs, server: 'one' } as const;
  if (append === undefined) return { ...shared, kind: 'read', keys: [...keys] };
  if (hides === 'effect') {
    const end = { kind: choices.one('unknown', 'refused'), why: 'made' } as const;
    return { ...shared, ...append, kind: 'append', end };
  }
  const end = answerOf(append, keys, choices);
  const hidden = { kind: 'unknown', why: 'made' } as const;
  return { ...shared, ...append, kind: 'append', end: hides === 'end' ? hidden : end };
}

function answerOf(
  { append, expected, types }: Append,
  keys: string[],
  choices: Choices,
): AppendEnd {
  const length = keys.length;
  const found = keys.indexOf(`${append}#0`) + 1;
  if (found === 0 && !isExpected(expected, length)) {
    return { kind: 'conflict', currentVersion: choices.one(undefined, length) };
  }
  if (found === 0) keys.push(...types.map((_, at) => `${append}#${at}`));
  const firstVersion = found === 0 ? length + 1 : found;
  return { kind: 'ok', firstVersion, lastVersion: firstVersion + types.length - 1 };
}

function byEnd(left: RunRecord['lines'][number], right: RunRecord['lines'][number]): number {
  return endOf(left) - endOf(right);
}

function endOf(line: RunRecord['lines'][number]): number {
  return 'endedMs' in line ? line.endedMs : 0;
}
