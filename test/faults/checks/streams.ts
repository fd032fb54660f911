import { isExpected, namedVersion } from '../../../src/core/index.js';
import type { AppendTry, RunRecord, StreamRead } from '../history/operation.js';
import type { CheckResult, Violation } from '../history/violation.js';
import {
  firstVersionOf,
  indexAppends,
  possibleTriesOf,
  type AppendIndex,
  type AppendStory,
} from './append-index.js';
import { described } from './finding.js';
import { StreamOrder } from './stream-order.js';

interface StreamHistory {
  readonly appends: AppendStory[];
  readonly reads: StreamRead[];
}

/**
 * Each stream is linearizable: every append took effect at one moment and as a whole, at the
 * version that it expected, within the time of a try of it; every answer was true at a moment
 * between call and answer. Tries of one append are one effect at most. A conflict is the last word
 * on its append: no try of it has an effect, before or after. A refused try had none. One whose end
 * is unknown may have its effect at any time after the call, or never.
 *
 * The final stream gives the order of effects; `StreamOrder` says why a linear pass is enough.
 */
export function checkStreams(record: RunRecord): CheckResult {
  const index = indexAppends(record);
  const figures = { 'streams checked': 0, 'reads checked': 0, 'conflicts checked': 0 };
  const violations: Violation[] = [];
  for (const [stream, history] of streamsOf(record, index)) {
    const keys = (record.finalStreams.get(stream) ?? []).map((event) => event.key);
    const check = new StreamCheck(history.appends, keys);
    const found = check.broken(stream, index) ?? check.violations(history.reads);
    violations.push(...found.map(({ check, what }) => ({ check, what: `${stream}: ${what}` })));
    figures['streams checked'] += 1;
    figures['reads checked'] += history.reads.length;
    figures['conflicts checked'] += check.conflicts;
  }
  return { violations, figures };
}

function streamsOf(record: RunRecord, index: AppendIndex): Map<string, StreamHistory> {
  const streams = new Map<string, StreamHistory>();
  const historyOf = (stream: string): StreamHistory => {
    const known = streams.get(stream);
    const history = known ?? { appends: [], reads: [] };
    if (known === undefined) streams.set(stream, history);
    return history;
  };
  for (const stream of record.finalStreams.keys()) historyOf(stream);
  for (const story of index.appends.values()) historyOf(story.stream).appends.push(story);
  for (const line of record.lines) {
    if (line.kind === 'read') historyOf(line.stream).reads.push(line);
  }
  return streams;
}

class StreamCheck {
  conflicts = 0;
  readonly #appends: readonly AppendStory[];
  readonly #keys: readonly string[];
  /** Those that are in the final stream, in its order. */
  readonly #written: readonly { readonly story: AppendStory; readonly firstVersion: number }[];
  /** Number of the append that ends at a version; 0 at version 0. */
  readonly #numberAt: ReadonlyMap<number, number>;
  readonly #order: StreamOrder;
  readonly #violations: Violation[] = [];

  constructor(appends: readonly AppendStory[], keys: readonly string[]) {
    this.#appends = appends;
    this.#keys = keys;
    this.#written = appends
      .flatMap((story) => {
        const firstVersion = firstVersionOf(story);
        return firstVersion === undefined ? [] : [{ story, firstVersion }];
      })
      .sort((left, right) => left.firstVersion - right.firstVersion);
    const numbers = new Map([[0, 0]]);
    for (const { story, firstVersion } of this.#written) {
      numbers.set(firstVersion + story.types.length - 1, numbers.size);
    }
    this.#numberAt = numbers;
    this.#order = new StreamOrder(this.#written.length);
  }

  /** A stream that is not a list of whole appends has no order to check. */
  broken(stream: string, { strays }: AppendIndex): Violation[] | undefined {
    const events = this.#written.reduce((sum, { story }) => sum + story.types.length, 0);
    const torn = this.#appends.find(
      (story) => story.places.length > 0 && firstVersionOf(story) === undefined,
    );
    if (events === this.#keys.length && torn === undefined) return undefined;
    const stray = strays.find((one) => one.stream === stream);
    const why = torn?.append ?? stray?.key ?? 'an append to another stream';
    return [{ check: 'not-whole-appends', what: `its events are not whole appends: ${why}` }];
  }

  violations(reads: readonly StreamRead[]): readonly Violation[] {
    for (const [at, { story, firstVersion }] of this.#written.entries()) {
      this.#checkWritten(story, at + 1, firstVersion);
    }
    for (const story of this.#appends) {
      if (story.places.length === 0) this.#checkAbsent(story);
    }
    for (const read of reads) this.#checkRead(read);
    const contradiction = this.#order.contradiction();
    return contradiction === undefined ? this.#violations : [...this.#violations, contradiction];
  }

  #checkWritten(story: AppendStory, number: number, firstVersion: number): void {
    if (!isExpected(story.expected, firstVersion - 1)) {
      this.#found(
        'wrong-expected-version',
        `append ${story.append} stands at version ${firstVersion} and expected ` +
          JSON.stringify(story.expected),
      );
    }
    const possible = possibleTriesOf(story);
    const first = possible.reduce<AppendTry | undefined>(
      (least, one) => (least === undefined || one.invokedMs < least.invokedMs ? one : least),
      undefined,
    );
    if (first !== undefined) this.#order.notBefore(number, first.invokedMs, first);
    else this.#found('written-though-refused', `append ${story.append} is in the final stream`);
    const lastVersion = firstVersion + story.types.length - 1;
    for (const one of story.tries) {
      const { end } = one;
      if (end.kind === 'conflict') {
        this.conflicts += 1;
        this.#found('written-despite-conflict', `${described(one)} is in the final stream`);
      }
      if (end.kind !== 'ok') continue;
      this.#order.notAfter(number, one.endedMs, one);
      if (end.firstVersion !== firstVersion || end.lastVersion !== lastVersion) {
        this.#found('wrong-versions', `${described(one)} stands at ${firstVersion}`);
      }
    }
  }

  #checkAbsent(story: AppendStory): void {
    for (const one of story.tries) {
      if (one.end.kind === 'ok') {
        this.#found('acknowledged-but-absent', `${described(one)} is not in the final stream`);
      }
      if (one.end.kind === 'conflict') this.#checkConflict(one, one.end.currentVersion);
    }
  }

  #checkConflict(one: AppendTry, currentVersion: number | undefined): void {
    this.conflicts += 1;
    const { expected } = one;
    if (currentVersion !== undefined) {
      const number = this.#numberAt.get(currentVersion);
      if (number === undefined || isExpected(expected, currentVersion)) {
        this.#found('false-conflict', `${described(one)} expected ${JSON.stringify(expected)}`);
      } else {
        this.#order.wasAfter(number, one);
      }
      return;
    }
    if (expected.kind === 'stream-exists') {
      this.#order.wasAfter(0, one);
      return;
    }
    const named = namedVersion(expected);
    const isNever = named === undefined || (named === 0 && this.#written.length === 0);
    if (isNever) {
      this.#found('false-conflict', `${described(one)} expected ${JSON.stringify(expected)}`);
      return;
    }
    const number = this.#numberAt.get(named);
    if (number !== undefined) this.#order.wasNotAfter(number, one);
  }

  #checkRead(read: StreamRead): void {
    const wrong = read.keys.findIndex((key, at) => key !== this.#keys[at]);
    const number = this.#numberAt.get(read.keys.length);
    if (wrong >= 0) {
      const what = `${described(read)} has ${read.keys[wrong]} at version ${wrong + 1}`;
      this.#found('read-not-in-stream', what);
    } else if (number === undefined) {
      this.#found('torn-read', `${described(read)} ends within an append`);
    } else {
      this.#order.wasAfter(number, read);
    }
  }

  #found(check: string, what: string): void {
    this.#violations.push({ check, what });
  }
}
