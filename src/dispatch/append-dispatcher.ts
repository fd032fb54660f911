import {
  AppError,
  callCancelled,
  deadlineReached,
  withRunMetadata,
  type AppendTarget,
  type EventContent,
} from '../core/index.js';
import type { Components } from '../runtime/index.js';
import type { Dispatcher, DispatchResult, OutgoingCall } from '../scheduler/index.js';
import type { AppendCommand, AppendResult, EventStore } from '../service/index.js';
import { errorAnswer } from '../transport/http/index.js';

const WITHDRAWN: DispatchResult = { kind: 'withdrawn' };

/**
 * Appends the event of a timed event to its stream. The event's id is the generation, so an attempt
 * that is made again finds the event instead of appending another one. The outcome is the answer
 * that Append would give over HTTP.
 */
export function createAppendDispatcher(
  eventStore: EventStore,
  components: Components,
): Dispatcher<AppendTarget> {
  return new AppendDispatcher(eventStore, components);
}

class AppendDispatcher implements Dispatcher<AppendTarget> {
  readonly #eventStore: EventStore;
  readonly #components: Components;
  readonly #open = new Set<AbortController>();
  #closed = false;

  constructor(eventStore: EventStore, components: Components) {
    this.#eventStore = eventStore;
    this.#components = components;
  }

  async call(call: OutgoingCall<AppendTarget>, mayBegin: () => boolean): Promise<DispatchResult> {
    if (this.#closed) return WITHDRAWN;
    const ending = new AbortController();
    this.#open.add(ending);
    const { timers } = this.#components;
    const over = timers.after(call.timeoutMs, () => ending.abort(deadlineReached()));
    try {
      const begin = await this.#eventStore.prepareAppend(commandOf(call), ending.signal);
      if (this.#closed || !mayBegin()) return WITHDRAWN;
      return answered(200, responseOf(await begin()));
    } catch (error) {
      if (neverLeft(error)) return WITHDRAWN;
      const { status, body } = errorAnswer(error, this.#components.logger);
      return answered(status, body);
    } finally {
      over();
      this.#open.delete(ending);
    }
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const ending of this.#open) ending.abort(callCancelled());
    return Promise.resolve();
  }
}

/** The server could not take it, or stopped, before anything was written: nobody's failure. */
function neverLeft(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'NOT_READY' || error.code === 'CANCELLED');
}

function commandOf(call: OutgoingCall<AppendTarget>): AppendCommand {
  const { target, payload, generation, run, trace } = call;
  const { stream, expected, type, contentType } = target;
  // the same in all attempts, as the run is
  const metadata = run === undefined ? target.metadata : withRunMetadata(target.metadata, run);
  const event = {
    eventId: generation,
    type,
    content: contentOf(target, payload),
    ...(contentType !== undefined && { contentType }),
    ...(metadata !== undefined && { metadata }),
  };
  return { stream, expected, events: [event], trace };
}

function contentOf({ content }: AppendTarget, payload: Uint8Array): EventContent {
  switch (content) {
    case 'json':
      return { kind: 'text', text: Buffer.from(payload).toString('utf8') };
    case 'bytes':
      return { kind: 'bytes', bytes: payload };
  }
}

/** As AppendResponse of `proto/cassadra/v1/event_store.proto` is in JSON. */
function responseOf({ firstVersion, lastVersion, savetimeMs, duplicate }: AppendResult) {
  return { firstVersion, lastVersion, savetimeMs: String(savetimeMs), duplicate };
}

function answered(status: number, body: object): DispatchResult {
  return { kind: 'answered', status, body: JSON.stringify(body), retryAfterMs: undefined };
}
