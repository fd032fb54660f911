/** Rates are means over so many turns. */
const TURNS = 5;
/** No turn takes that long while the page is seen: it was hidden, and counted nothing. */
const TURN_MAX_MS = 10_000;

interface Turn {
  readonly counts: ReadonlyMap<string, number>;
  readonly ms: number;
}

/** Counts events by what their type is called, for rates over the last turns. */
export class TypeCounts {
  #counts = new Map<string, number>();
  #turns: readonly Turn[] = [];
  #sinceMs: number;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** Ends a turn. Answers events a second, over the time that the turns really took. */
  turn(nowMs: number): Map<string, number> {
    const ms = nowMs - this.#sinceMs;
    const ended = { counts: this.#counts, ms };
    this.#turns = ms > TURN_MAX_MS ? [] : [...this.#turns, ended].slice(-TURNS);
    this.#counts = new Map();
    this.#sinceMs = nowMs;
    return meanOf(this.#turns);
  }
}

function meanOf(turns: readonly Turn[]): Map<string, number> {
  const sums = new Map<string, number>();
  let wholeMs = 0;
  for (const { counts, ms } of turns) {
    wholeMs += ms;
    for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
  }
  const seconds = Math.max(1, wholeMs) / 1_000;
  return new Map([...sums].map(([name, count]) => [name, count / seconds]));
}
