import assert from 'node:assert/strict';
import type { Kit } from '../conformance/event-log/kit.js';

const KINDS = ['any', 'no-stream', 'exact', 'stream-exists'] as const;

const BOUNDARIES = ['event', 'millisecond'] as const;

/** What has to have happened at least once in all runs together. */
const REQUIRED: readonly string[] = [
  ...KINDS.flatMap((kind) => [`${kind}: appended`, `${kind}: duplicate`, `${kind}: invalid`]),
  ...KINDS.filter((kind) => kind !== 'any').map((kind) => `${kind}: conflict`),
  'merged: all appended',
  'merged: mixed outcomes',
  ...['forward', 'backward'].flatMap((way) => [`load ${way}: events`, `load ${way}: none`]),
  ...BOUNDARIES.flatMap((way) => [`poll ${way} of one: events`, `poll ${way} of several: events`]),
  'current version: above 0',
  'list streams: names',
  'walk streams: streams',
  'code of: allocated',
  'code of: declared',
  'find code: allocated',
  'find code: declared',
  'find code: none',
  'names of: names',
  'declare: declared',
  'declare: taken',
  'reserve',
];

/** The same, where the feed is ordered. */
const REQUIRED_IN_ORDER: readonly string[] = [
  ...BOUNDARIES.map((way) => `poll ${way} of all: events`),
  'poll after the feed end: events',
];

/** What cannot happen where the backend is reached by an API with such a gap. */
const LACKING: Readonly<Record<string, readonly string[]>> = {
  'whole milliseconds': ['one', 'several', 'all'].map(
    (types) => `poll millisecond of ${types}: events`,
  ),
  'pages of all events': BOUNDARIES.map((way) => `poll ${way} of all: events`),
};

/** Counts what happened, so that a test that exercised nothing fails. */
export class Coverage {
  readonly #counts = new Map<string, number>();
  #runs = 0;
  #operations = 0;

  countRun(operations: number): void {
    this.#runs += 1;
    this.#operations += operations;
  }

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** One line for the log of the test. */
  summary(): string {
    const sorted = [...this.#counts].sort(([left], [right]) => (left < right ? -1 : 1));
    const counts = sorted.map(([what, count]) => `${what} ${count}`).join(' · ');
    return `${this.#runs} runs, ${this.#operations} operations: ${counts}`;
  }

  /** But for what the way to the backend lacks. */
  expectComplete({ capabilities, gaps }: Pick<Kit, 'capabilities' | 'gaps'>): void {
    const inOrder = capabilities.feed === 'ordered' ? REQUIRED_IN_ORDER : [];
    const lacking = Object.keys(gaps).flatMap((gap) => LACKING[gap] ?? []);
    const required = [...REQUIRED, ...inOrder].filter((what) => !lacking.includes(what));
    const missing = required.filter((what) => !this.#counts.has(what));
    assert.deepEqual(missing, [], 'happened at least once');
  }
}
