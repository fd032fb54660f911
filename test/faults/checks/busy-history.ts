import type { Draws } from '../../../src/runtime/index.js';
import type {
  AppendTry,
  Expected,
  FinalEvent,
  HistoryLine,
  RunRecord,
} from '../history/operation.js';
import { delivery, EMPTY, READER } from './made-history.js';

const STREAM_EVENTS_MAX = 300;

/** A right history of many streams, made by carrying out one operation after the other. */
export class BusyHistory {
  readonly #draws: Draws;
  readonly #lines: HistoryLine[] = [];
  readonly #streams = new Map<string, FinalEvent[]>();
  #nowMs = 0;
  #operations = 0;

  constructor(draws: Draws) {
    this.#draws = draws;
  }

  record(operations: number): RunRecord {
    while (this.#operations < operations) this.#operate(`stream ${this.#operations}`);
    return { ...EMPTY, lines: this.#lines, finalStreams: this.#streams, readers: [READER] };
  }

  #operate(stream: string): void {
    const events: FinalEvent[] = [];
    this.#streams.set(stream, events);
    while (events.length < STREAM_EVENTS_MAX) {
      const kind = this.#draws.whole(1, 20);
      if (kind <= 2) this.#read(stream, events);
      else if (kind <= 4 && events.length > 0) this.#conflict(stream, events);
      else this.#append(stream, events, kind === 5);
    }
  }

  #append(stream: string, events: FinalEvent[], isUnknown: boolean): void {
    const append = `append ${this.#operations}`;
    const types = Array.from({ length: this.#draws.whole(1, 3) }, () => 'T');
    const firstVersion = events.length + 1;
    const added = types.map((type, at) => ({ key: `${append}#${at}`, type }));
    events.push(...added);
    const lastVersion = events.length;
    const expected = { kind: 'exact', version: firstVersion - 1 } as const;
    const answered: Pick<AppendTry, 'end'> = { end: { kind: 'ok', firstVersion, lastVersion } };
    const lost: Pick<AppendTry, 'end'> = { end: { kind: 'unknown', why: 'lost answer' } };
    for (const ended of isUnknown ? [lost, answered] : [answered]) {
      this.#add({ ...this.#times(), ...this.#try(stream, append, expected), types, ...ended });
    }
    for (const [at, { key }] of added.entries()) {
      this.#lines.push(delivery(this.#nowMs, key, firstVersion + at, stream));
    }
  }

  #conflict(stream: string, events: readonly FinalEvent[]): void {
    const version = this.#draws.whole(0, events.length - 1);
    const currentVersion = this.#draws.chance(0.5) ? events.length : undefined;
    const expected = { kind: 'exact', version } as const;
    const told = this.#try(stream, `append ${this.#operations}`, expected);
    const end = { kind: 'conflict', currentVersion } as const;
    this.#add({ ...this.#times(), ...told, types: ['T'], end });
  }

  #read(stream: string, events: readonly FinalEvent[]): void {
    const keys = events.map(({ key }) => key);
    this.#add({ ...this.#times(), kind: 'read', api: 'v1', stream, keys });
  }

  #try(stream: string, append: string, expected: Expected) {
    return { kind: 'append', api: 'v1', stream, append, expected } as const;
  }

  /** Around the moment of the effect, so that calls overlap. */
  #times() {
    this.#nowMs += 1;
    const invokedMs = this.#nowMs - this.#draws.between(0, 5);
    return { invokedMs, endedMs: this.#nowMs + this.#draws.between(0, 5), server: 'one' };
  }

  #add(line: HistoryLine): void {
    this.#operations += 1;
    this.#lines.push(line);
  }
}
