import type { AppendTry, StreamRead } from '../history/operation.js';
import type { Violation } from '../history/violation.js';
import { atTime, described } from './finding.js';

type Witness = AppendTry | StreamRead;

interface Bound {
  readonly ms: number;
  readonly by: Witness;
}

/** At least one of the two: this append not before `fromMs`, or the next one not after `toMs`. */
interface Either {
  readonly fromMs: number;
  readonly toMs: number;
  readonly by: Witness;
}

/**
 * When each append of one stream took effect, as far as the history tells. Appends have the numbers
 * 1, 2, … m in the order in which they stand in the final stream.
 *
 * The question is whether there are moments t1 ≤ t2 ≤ … ≤ tm such that all that was seen is true.
 * The order is given, so each thing seen is a bound on single moments:
 * - an append took effect within the time of a try that may have written, and before the end of
 *   every try that was answered with its versions;
 * - "the stream was just after append k at some moment from a to b" means: tk ≤ b and a ≤ tk+1;
 * - "at some moment from a to b it was anywhere but there" means: a ≤ tk or tk+1 ≤ b.
 *
 * With bounds alone, the least moments are tk = max(tk-1, lower bounds of k): every solution is at
 * or above them, so there is a solution when none of them is above an upper bound. An alternative
 * (a ≤ tk or tk+1 ≤ b) that the least moments do not meet has tk+1 > b in every solution, so a
 * becomes a lower bound of k. Since a ≤ b < tk+1, raising tk to a moves no later append: going once
 * from the last append to the first settles all of them. All of it is linear and exact. Moments may
 * be equal, since an end and a beginning at the same time are in no order.
 */
export class StreamOrder {
  readonly #lower: (Bound | undefined)[];
  readonly #upper: (Bound | undefined)[];
  readonly #alternatives = new Map<number, Either[]>();

  constructor(appends: number) {
    this.#lower = new Array<Bound | undefined>(appends + 1);
    this.#upper = new Array<Bound | undefined>(appends + 1);
  }

  /** Append `number` took effect at `ms` or later. Numbers that no append has tell nothing. */
  notBefore(number: number, ms: number, by: Witness): void {
    if (!this.#isAppend(number)) return;
    const known = this.#lower[number];
    if (known === undefined || known.ms < ms) this.#lower[number] = { ms, by };
  }

  notAfter(number: number, ms: number, by: Witness): void {
    if (!this.#isAppend(number)) return;
    const known = this.#upper[number];
    if (known === undefined || known.ms > ms) this.#upper[number] = { ms, by };
  }

  /** Within the time of `by`, the stream was for a moment as append `number` had left it. */
  wasAfter(number: number, by: Witness): void {
    this.notAfter(number, by.endedMs, by);
    this.notBefore(number + 1, by.invokedMs, by);
  }

  /** Within the time of `by`, the stream was for a moment not as append `number` had left it. */
  wasNotAfter(number: number, by: Witness): void {
    const either = { fromMs: by.invokedMs, toMs: by.endedMs, by };
    if (!this.#isAppend(number + 1)) this.notBefore(number, by.invokedMs, by);
    else if (!this.#isAppend(number)) this.notAfter(number + 1, by.endedMs, by);
    else this.#alternatives.set(number, [...(this.#alternatives.get(number) ?? []), either]);
  }

  /** The first append for which there is no moment; undefined: there is one for each. */
  contradiction(): Violation | undefined {
    const moments = this.#leastMoments();
    for (const [number, moment] of moments.entries()) {
      const upper = this.#upper[number];
      if (moment === undefined || upper === undefined || moment.ms <= upper.ms) continue;
      return {
        check: nameOf(moment.by, upper.by),
        what:
          `append ${number} of the final stream took effect not before ${atTime(moment.ms)} ` +
          `because of ${described(moment.by)}, and not after ${atTime(upper.ms)} ` +
          `because of ${described(upper.by)}`,
      };
    }
    return undefined;
  }

  #leastMoments(): (Bound | undefined)[] {
    const moments = [...this.#lower];
    let least: Bound | undefined;
    for (const [number, bound] of moments.entries()) {
      if (bound !== undefined && bound.ms > (least?.ms ?? -Infinity)) least = bound;
      moments[number] = least;
    }
    for (let number = moments.length - 2; number >= 1; number -= 1) {
      const nextMs = moments[number + 1]?.ms ?? -Infinity;
      moments[number] = this.#raised(moments[number], number, nextMs);
    }
    return moments;
  }

  /** The moment of an append after its alternatives are settled, given that of the next one. */
  #raised(moment: Bound | undefined, number: number, nextMs: number): Bound | undefined {
    let raised = moment;
    for (const { fromMs, toMs, by } of this.#alternatives.get(number) ?? []) {
      if (nextMs > toMs && fromMs > (raised?.ms ?? -Infinity)) raised = { ms: fromMs, by };
    }
    return raised;
  }

  #isAppend(number: number): boolean {
    return number >= 1 && number < this.#lower.length;
  }
}

/** What kind of promise it breaks that one witness is later than the other allows. */
function nameOf(later: Witness, earlier: Witness): string {
  const isConflict = (witness: Witness): boolean =>
    witness.kind === 'append' && witness.end.kind === 'conflict';
  if (isConflict(later) || isConflict(earlier)) return 'false-conflict';
  if (later.kind === 'read') return earlier.kind === 'read' ? 'read-went-back' : 'stale-read';
  return earlier.kind === 'read' ? 'read-before-append' : 'appends-out-of-order';
}
