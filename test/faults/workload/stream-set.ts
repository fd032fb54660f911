import type { Draws } from '../../../src/runtime/index.js';
import { streamIdOf, uuidFrom } from './event-keys.js';

/** A stream that clients write to. */
export interface WorkedStream {
  /** As v1 calls it: a name, or a UUID in lower case. */
  readonly stream: string;
  readonly streamId: string;
  /** The highest version that anybody here has heard of. */
  version: number;
}

const NAMED = 0.3;
/** So many streams get this share of all appends: writers there compete. */
const HOT = { streams: 4, share: 0.45 };

/** The streams of a run: some hot ones, others, and new ones in place of those that are long. */
export class StreamSet {
  readonly #prefix: string;
  readonly #eventsMax: number;
  readonly #draws: Draws;
  readonly #all = new Map<string, WorkedStream>();
  readonly #byId = new Map<string, string>();
  readonly #used: WorkedStream[] = [];

  constructor(
    prefix: string,
    counts: { readonly used: number; readonly eventsMax: number },
    draws: Draws,
  ) {
    this.#prefix = prefix;
    this.#eventsMax = counts.eventsMax;
    this.#draws = draws;
    for (let count = 0; count < counts.used; count += 1) this.#used.push(this.fresh());
  }

  /** Every stream that there was. */
  get all(): readonly WorkedStream[] {
    return [...this.#all.values()];
  }

  /** One that nobody has written to. */
  fresh(): WorkedStream {
    const number = this.#all.size + 1;
    const text = `${this.#prefix}-stream-${number}`;
    const stream = this.#draws.chance(NAMED) ? text : uuidFrom(text);
    const worked: WorkedStream = { stream, streamId: streamIdOf(stream), version: 0 };
    this.#all.set(stream, worked);
    this.#byId.set(worked.streamId, stream);
    return worked;
  }

  /** One of those in use. */
  pick(draws: Draws): WorkedStream {
    const hot = draws.chance(HOT.share);
    const used = this.#used.length - 1;
    const index = draws.whole(0, hot ? Math.min(HOT.streams - 1, used) : used);
    const found = this.#used[index];
    if (found === undefined) throw new RangeError('no streams are in use');
    if (found.version < this.#eventsMax) return found;
    const next = this.fresh();
    this.#used[index] = next;
    return next;
  }

  /** Somebody has heard that it is at this version. */
  heard(stream: string, version: number): void {
    const worked = this.#all.get(stream);
    if (worked !== undefined && version > worked.version) worked.version = version;
  }

  /** The stream of an id as clients call it. */
  nameOf(streamId: string): string {
    return this.#byId.get(streamId) ?? streamId;
  }
}
