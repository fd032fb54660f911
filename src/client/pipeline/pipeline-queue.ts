import { encodeMessage, type PipelinedAppend } from './pipelined-append.js';

/** In one message. */
const MESSAGE_APPENDS_MAX = 1_000;
const MESSAGE_BYTES_MAX = 1_048_576;
/** On the way in all. */
const FLYING_BYTES_MAX = 8 * 1_048_576;
/**
 * On the way to one stream: half of the versions among which a server looks for ids. So when all
 * of them are sent again, after others have written, too, each is still found.
 */
const WINDOW_EVENTS_MAX = 500;

/** The appends of a pipeline: those that wait to be sent, and those that wait for an answer. */
export class PipelineQueue {
  readonly #flyingMax: number;
  /** By number. */
  #waiting: PipelinedAppend[] = [];
  readonly #flying = new Map<number, PipelinedAppend>();
  readonly #windowEvents = new Map<string, number>();
  #flyingBytes = 0;

  constructor(flyingMax: number) {
    this.#flyingMax = flyingMax;
  }

  get size(): number {
    return this.#waiting.length + this.#flying.size;
  }

  get flying(): number {
    return this.#flying.size;
  }

  /** A new one. */
  add(append: PipelinedAppend): void {
    this.#waiting.push(append);
  }

  /** The next message to send; undefined: nothing can be sent now. */
  take(nowMs: number): Uint8Array | undefined {
    const taken: PipelinedAppend[] = [];
    const left: PipelinedAppend[] = [];
    // whoever is behind one that has to wait, in the same stream, has to wait, too
    const held = new Set<string>();
    let bytes = 0;
    for (const append of this.#waiting) {
      const room =
        taken.length < MESSAGE_APPENDS_MAX &&
        (bytes === 0 || bytes + append.append.bytes.length <= MESSAGE_BYTES_MAX);
      if (room && !held.has(append.stream) && this.#maySend(append, nowMs)) {
        bytes += append.append.bytes.length;
        taken.push(append);
        this.#take(append);
      } else {
        held.add(append.stream);
        left.push(append);
      }
    }
    this.#waiting = left;
    return taken.length === 0 ? undefined : encodeMessage(taken);
  }

  /** One that was on the way and is so no more; undefined: it was given up before. */
  landed(number: number): PipelinedAppend | undefined {
    const append = this.#flying.get(number);
    if (append === undefined) return undefined;
    this.#flying.delete(number);
    this.#flyingBytes -= append.append.bytes.length;
    if (append.inWindow) this.#window(append.stream, -append.append.eventCount);
    return append;
  }

  /** It has to be sent again, in its place. */
  again(append: PipelinedAppend): void {
    const behind = this.#waiting.findIndex(({ number }) => number > append.number);
    this.#waiting.splice(behind === -1 ? this.#waiting.length : behind, 0, append);
  }

  /** The call is over: everything that was on the way has to be sent again. */
  lost(maybeWritten: boolean): void {
    const flying = [...this.#flying.keys()].flatMap((number) => this.landed(number) ?? []);
    if (maybeWritten) for (const append of flying) append.unanswered = true;
    this.#waiting = [...flying, ...this.#waiting].sort((a, b) => a.number - b.number);
  }

  /** Whether one before it, in its stream, has no answer yet. */
  isBehind({ stream, number }: PipelinedAppend): boolean {
    const before = (other: PipelinedAppend): boolean =>
      other.stream === stream && other.number < number;
    return this.#waiting.some(before) || [...this.#flying.values()].some(before);
  }

  /** Takes out those that fit; `flying`: whether it was on the way. */
  *remove(
    fits: (append: PipelinedAppend) => boolean,
  ): Generator<{ append: PipelinedAppend; flying: boolean }, void> {
    const leaving = this.#waiting.filter(fits);
    if (leaving.length > 0) this.#waiting = this.#waiting.filter((append) => !fits(append));
    for (const append of leaving) yield { append, flying: false };
    for (const append of [...this.#flying.values()].filter(fits)) {
      this.landed(append.number);
      yield { append, flying: true };
    }
  }

  #maySend({ stream, append, inWindow, notBeforeMs }: PipelinedAppend, nowMs: number): boolean {
    if (nowMs < notBeforeMs || this.#flying.size >= this.#flyingMax) return false;
    const bytes = this.#flyingBytes + append.bytes.length;
    if (this.#flying.size > 0 && bytes > FLYING_BYTES_MAX) return false;
    const events = this.#windowEvents.get(stream) ?? 0;
    return !inWindow || events === 0 || events + append.eventCount <= WINDOW_EVENTS_MAX;
  }

  #take(append: PipelinedAppend): void {
    this.#flying.set(append.number, append);
    this.#flyingBytes += append.append.bytes.length;
    if (append.inWindow) this.#window(append.stream, append.append.eventCount);
  }

  #window(stream: string, change: number): void {
    const events = (this.#windowEvents.get(stream) ?? 0) + change;
    if (events === 0) this.#windowEvents.delete(stream);
    else this.#windowEvents.set(stream, events);
  }
}
