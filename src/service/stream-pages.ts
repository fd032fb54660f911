import {
  AppError,
  eventBytes,
  INT32_MAX,
  PageBuilder,
  untilEndOfEach,
  type PageRules,
  type RecordedEvent,
  type StreamCursor,
  type Uuid,
} from '../core/index.js';
import type { NoticeInterest } from './append-notices.js';
import type { OpenStorage } from './open-storage.js';
import type { SubscriptionStart } from './subscription.js';
import type { SubscriptionPage, SubscriptionPages } from './subscription-pages.js';

/** The events of one stream, by version. */
export class StreamPages implements SubscriptionPages<StreamCursor> {
  readonly interest: NoticeInterest;
  readonly #storage: OpenStorage;
  readonly #stream: Uuid;
  readonly #rules: PageRules;
  /** As many events as a page may hold, by the size of the last ones: more are read for nothing. */
  #limit: number;

  constructor(storage: OpenStorage, stream: Uuid, rules: PageRules) {
    this.interest = { kind: 'stream', stream };
    this.#storage = storage;
    this.#stream = stream;
    this.#rules = rules;
    this.#limit = rules.limit;
  }

  concerns(): boolean {
    return true;
  }

  async begin(start: SubscriptionStart): Promise<StreamCursor> {
    switch (start.kind) {
      case 'start':
        return this.#after(0);
      case 'now':
        return this.#after(await this.#storage.ready().eventLog.currentVersion(this.#stream));
      case 'after': {
        const { cursor } = start;
        if (cursor.kind === 'stream' && cursor.stream === this.#stream) return cursor;
        throw new AppError('CURSOR_INVALID', 'the cursor does not belong to this stream', {
          field: 'cursor',
        });
      }
    }
  }

  async read(after: StreamCursor, signal: AbortSignal): Promise<SubscriptionPage<StreamCursor>> {
    const { eventLog } = this.#storage.ready();
    if (after.version >= INT32_MAX) return { events: [], next: after, caughtUp: true };
    const limit = this.#limit;
    const page = new PageBuilder<RecordedEvent>({ ...this.#rules, limit });
    const fromVersion = after.version + 1;
    const query = { stream: this.#stream, direction: 'forward', fromVersion, limit } as const;
    const whole = await fill(page, untilEndOfEach(eventLog.readStream(query), signal));
    const events = page.items();
    const last = events.at(-1);
    if (last === undefined) return { events, next: after, caughtUp: true };
    this.#fit(events);
    const next = this.#after(last.version);
    return { events, next, caughtUp: whole && events.length < limit };
  }

  #after(version: number): StreamCursor {
    return { kind: 'stream', version, stream: this.#stream };
  }

  #fit(events: readonly RecordedEvent[]): void {
    const bytes = events.reduce((sum, event) => sum + eventBytes(event), 1);
    const fitting = Math.ceil((this.#rules.bytesMax / bytes) * events.length);
    this.#limit = Math.min(Math.max(fitting, 1), this.#rules.limit);
  }
}

/** False when the page took no more. */
async function fill(
  page: PageBuilder<RecordedEvent>,
  chunks: AsyncIterable<readonly RecordedEvent[]>,
): Promise<boolean> {
  for await (const chunk of chunks) {
    const taken = chunk.every((event) => page.add(event, event.savetimeMs, eventBytes(event)));
    if (!taken) return false;
  }
  return true;
}
