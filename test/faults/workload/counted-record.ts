import type { HistoryLine } from '../history/operation.js';

/** Counts the lines of a history by kind and end. */
export class CountedRecord {
  readonly #record: (line: HistoryLine) => void;
  readonly #counts = new Map<string, number>();

  constructor(record: (line: HistoryLine) => void) {
    this.#record = record;
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  add(line: HistoryLine): void {
    this.#record(line);
    this.count(kindOf(line));
  }

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }
}

function kindOf(line: HistoryLine): string {
  switch (line.kind) {
    case 'append':
      return `append ${line.api} ${line.end.kind}`;
    case 'read':
    case 'broken-read':
      return `${line.kind} ${line.api}`;
    case 'timer-add':
    case 'timer-cancel':
      return `${line.kind} ${line.end.kind}`;
    case 'delivery':
      return `delivery to ${line.reader}`;
    case 'callback':
      return 'callback';
    case 'fault':
      return `fault ${line.fault}`;
  }
}
