import type { Uuid } from '../../core/index.js';
import { EventIdIndex } from './event-id-index.js';
import type { StreamHeads } from './stream-heads.js';

/** Versions from `from` to `to`, both included. */
export interface VersionRange {
  readonly from: number;
  readonly to: number;
}

/** Ranges that overlap or touch become one, so that many appends cost few reads. */
function merged(ranges: readonly VersionRange[]): VersionRange[] {
  const result: VersionRange[] = [];
  for (const range of [...ranges].sort((left, right) => left.from - right.from)) {
    const last = result.at(-1);
    if (last === undefined || range.from > last.to + 1) result.push(range);
    else result[result.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
  }
  return result;
}

/** The event ids of single places in a stream, read once for one request: rows never change. */
export class EarlierRows {
  readonly #heads: StreamHeads;
  readonly #stream: Uuid;
  readonly #ids = new EventIdIndex();
  #read: VersionRange[] = [];

  constructor(heads: StreamHeads, stream: Uuid) {
    this.#heads = heads;
    this.#stream = stream;
  }

  /** The index with at least these ranges, which must end at or before the stream's head. */
  async with(ranges: readonly VersionRange[]): Promise<EventIdIndex> {
    for (const { from, to } of merged(ranges)) {
      if (this.#read.some((done) => done.from <= from && done.to >= to)) continue;
      const rows = await this.#heads.rowsBetween(this.#stream, from, to);
      for (const row of rows) this.#ids.add(row.eventId, row.version);
      // A guessed head may be too high: then rows are missing that may still come.
      if (rows.length === to - from + 1) this.#read = merged([...this.#read, { from, to }]);
    }
    return this.#ids;
  }
}
