import {
  EventStoreServiceService,
  ReadDirection,
  ReadStreamRequest,
  ReadStreamResponse,
} from '../gen/cassadra/v1/event_store.js';
import type { Channel } from './channel.js';
import { invalidField } from './errors.js';
import { decodeRecordedEvent, type RecordedEvent } from './recorded-event.js';
import { requireText } from './require-text.js';
import { resumedStream } from './resumed-stream.js';
import type { TriesParts } from './tries.js';

export interface ReadOptions {
  /** The first version to read; not given: the first forward, the last backward. */
  readonly from?: number;
  /** `forward` when not given. */
  readonly direction?: 'forward' | 'backward';
  /** How many events at most; not given: to the end. */
  readonly limit?: number;
  /** Ends it: the iteration throws its reason. */
  readonly signal?: AbortSignal;
}

const INT32_MAX = 2_147_483_647;

/**
 * The events of a stream, read as they are iterated. After a lost connection it goes on with the
 * next version: no event comes twice and none is left out.
 */
export async function* readStream(
  channel: Channel,
  parts: TriesParts,
  stream: string,
  options: ReadOptions,
): AsyncGenerator<RecordedEvent, void> {
  const place = new Place(stream, options);
  const open = parts.openCalls.begin(options.signal);
  try {
    const messages = resumedStream(channel, parts, {
      path: EventStoreServiceService.readStream.path,
      request: () => place.request(),
      signal: open.signal,
      endless: false,
    });
    for await (const message of messages) {
      for (const event of ReadStreamResponse.decode(Buffer.from(message)).events) {
        place.passed(event.version);
        yield decodeRecordedEvent(event);
        open.signal.throwIfAborted();
      }
    }
  } finally {
    open.end();
  }
}

/** What is still to be read. */
class Place {
  readonly #stream: string;
  readonly #step: 1 | -1;
  #from: number | undefined;
  /** Infinity: no limit. */
  #left: number;

  constructor(stream: string, { from, direction, limit = Infinity }: ReadOptions) {
    requireText(stream, 'stream');
    if (stream === '') throw invalidField('stream', 'is empty');
    if (from !== undefined && !isVersion(from)) throw invalidField('from', 'is not a version');
    if (limit !== Infinity && limit !== 0 && !isVersion(limit))
      throw invalidField('limit', `is not a number from 0 to ${INT32_MAX}`);
    this.#stream = stream;
    this.#step = direction === 'backward' ? -1 : 1;
    this.#from = from;
    this.#left = limit;
  }

  passed(version: number): void {
    this.#from = version + this.#step;
    this.#left -= 1;
  }

  /** Undefined: nothing. */
  request(): Uint8Array | undefined {
    if (this.#left <= 0 || this.#from === 0 || this.#from === INT32_MAX + 1) return undefined;
    return ReadStreamRequest.encode({
      stream: this.#stream,
      direction:
        this.#step === 1
          ? ReadDirection.READ_DIRECTION_FORWARD
          : ReadDirection.READ_DIRECTION_BACKWARD,
      ...(this.#from === undefined ? {} : { fromVersion: this.#from }),
      limit: this.#left === Infinity ? 0 : this.#left,
    }).finish();
  }
}

function isVersion(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= INT32_MAX;
}
