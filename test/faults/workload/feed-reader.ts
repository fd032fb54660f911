import type { RecordedEvent } from '../../../src/client/index.js';
import type { Draws } from '../../../src/runtime/index.js';
import type { Delivery, FeedReader } from '../history/operation.js';
import { describeError } from './append-tries.js';
import { keyIn } from './event-keys.js';
import type { WorkloadTools } from './workload-tools.js';

/** How long a reader that changes servers stays with one. */
const STAY_MS = { from: 1_000, to: 8_000 };

/** How a reader by type goes about it. `moving`: it changes servers, and takes its place along. */
export interface ReaderPlan {
  readonly name: string;
  readonly moving: boolean;
  readonly draws: Draws;
  readonly stop: AbortSignal;
}

/** A reader by type that runs until it is stopped. */
export interface RunningReader {
  readonly reader: FeedReader;
  readonly seen: Seen;
  /** Deliveries without a version, which is looked up in the end before they are recorded. */
  readonly unversioned: readonly Omit<Delivery, 'version'>[];
  /** Resolves when it has stopped. */
  readonly done: Promise<void>;
}

/** What a reader has been given so far. */
export class Seen {
  readonly keys = new Set<string>();
  /** When the last event came, or the reader began. */
  lastMs: number;

  constructor(nowMs: number) {
    this.lastMs = nowMs;
  }

  add(key: string, nowMs: number): void {
    this.keys.add(key);
    this.lastMs = nowMs;
  }
}

/** The place and the deliveries of a reader by v1. */
export class Follower {
  readonly seen: Seen;
  readonly #tools: WorkloadTools;
  readonly #reader: string;
  #cursor: string | undefined;

  constructor(tools: WorkloadTools, reader: string) {
    this.#tools = tools;
    this.#reader = reader;
    this.seen = new Seen(tools.nowMs());
  }

  /** Where it goes on. */
  get cursor(): string | undefined {
    return this.#cursor;
  }

  receive(events: readonly RecordedEvent[], cursor: string): void {
    const { record, nowMs, streams } = this.#tools;
    const atMs = nowMs();
    for (const { streamId, version, json } of events) {
      const [stream, key] = [streams.nameOf(streamId), keyIn(json)];
      record({ kind: 'delivery', reader: this.#reader, atMs, stream, version, key });
      this.seen.add(key, atMs);
    }
    this.#cursor = cursor;
  }
}

export function stayMs(draws: Draws): number {
  return draws.between(STAY_MS.from, STAY_MS.to);
}

/** A reader begins again after every error; some must never come. */
export function noteFailure(
  tools: Pick<WorkloadTools, 'troubles' | 'count'>,
  reader: string,
  error: unknown,
): void {
  const text = describeError(error);
  if (/^(CURSOR_INVALID|DATA_DIR_INVALID|INTERNAL|INVALID_ARGUMENT|STREAM_CORRUPT)/.test(text)) {
    tools.troubles.add(`${reader}: ${text}`);
  }
  tools.count('feed reader began again');
}
