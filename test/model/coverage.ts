import assert from 'node:assert/strict';

const KINDS = ['any', 'no-stream', 'exact', 'stream-exists'] as const;

/** What has to have happened at least once in all runs together. */
const REQUIRED: readonly string[] = [
  ...KINDS.flatMap((kind) => [`${kind}: appended`, `${kind}: duplicate`, `${kind}: invalid`]),
  ...KINDS.filter((kind) => kind !== 'any').map((kind) => `${kind}: conflict`),
  'merged: all appended',
  'merged: mixed outcomes',
  ...['forward', 'backward'].flatMap((way) => [`load ${way}: events`, `load ${way}: none`]),
  'poll event: events',
  'poll millisecond: events',
  'current version: above 0',
  'list streams: names',
  'code of: allocated',
  'code of: declared',
  'declare: declared',
  'declare: taken',
  'reserve',
];

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

  expectComplete(): void {
    const missing = REQUIRED.filter((what) => !this.#counts.has(what));
    assert.deepEqual(missing, [], 'happened at least once');
  }
}
