import type { SavetimeCheckpoints } from './savetime-checkpoints.js';
import type { StoregrpcClient, StoregrpcEvents, StoregrpcEvent } from './storegrpc-client.js';
import { systemTime, type ClientTime } from '../time.js';

/** How far back a reader without a checkpoint starts. */
const START_BACK_MS = 1_000;

/** What it takes of time. */
export type PollingTime = Pick<ClientTime, 'nowMs' | 'sleep' | 'random'>;

/** Why a step failed, and when it is tried again. */
export interface StoregrpcPollingFailure {
  readonly error: unknown;
  readonly type: number;
  readonly step: 'read' | 'handle' | 'checkpoint';
  readonly retryInMs: number;
}

export interface StoregrpcPollingOptions {
  readonly client: Pick<StoregrpcClient, 'findByType'>;
  /** Codes of the event types to follow. */
  readonly types: readonly number[];
  /** Called for one event of a type at a time; when it fails it is called again with that event. */
  readonly handler: (event: StoregrpcEvent) => Promise<void> | void;
  /** Where to go on after a restart. Without: from one second before the start. */
  readonly checkpoints?: SavetimeCheckpoints;
  /** Told of every failure; the reader goes on by itself. */
  readonly onFailure?: (failure: StoregrpcPollingFailure) => void;
  /** Events asked for at once (100). */
  readonly batchSize?: number;
  /** Pause when there was nothing new (500). */
  readonly intervalMs?: number;
  /** Longest pause after failures (10,000). */
  readonly backoffMaxMs?: number;
  readonly time?: PollingTime;
}

/**
 * Follows event types and calls a handler for each event, in order within a type, types side by
 * side. At least once: the checkpoint moves after the handler, so that after a crash some events
 * come again.
 */
export class StoregrpcPollingClient {
  readonly #options: StoregrpcPollingOptions;
  readonly #time: PollingTime;
  readonly #stopping = new AbortController();
  #loops: Promise<void> = Promise.resolve();

  constructor(options: StoregrpcPollingOptions) {
    this.#options = options;
    this.#time = options.time ?? systemTime;
  }

  /** Begins to read. Throws when the checkpoints cannot be read. */
  async start(): Promise<void> {
    const startMs = this.#time.nowMs() - START_BACK_MS;
    const places = (await this.#options.checkpoints?.load()) ?? new Map<number, number>();
    const types = [...new Set(this.#options.types)];
    const loops = types.map((type) => this.#follow(type, places.get(type) ?? startMs));
    this.#loops = Promise.all(loops).then(() => undefined);
  }

  /** Lets the handlers that run finish, keeps their places, and ends. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loops;
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #follow(type: number, fromMs: number): Promise<void> {
    const { client, batchSize = 100, intervalMs = 500 } = this.#options;
    let sinceMs = fromMs;
    while (!this.#stopped) {
      const read = (): Promise<StoregrpcEvents> => client.findByType({ type, sinceMs, batchSize });
      const page = await this.#untilDone(type, 'read', read);
      if (page === undefined) return;
      if (page.events.length === 0) {
        await this.#time.sleep(intervalMs, this.#stopping.signal);
        continue;
      }
      const handledMs = await this.#handle(type, page);
      if (handledMs === undefined) continue;
      sinceMs = handledMs;
      await this.#save(type, sinceMs);
    }
  }

  /** Savetime up to which everything is handled: whole milliseconds only. */
  async #handle(type: number, page: StoregrpcEvents): Promise<number | undefined> {
    let handledMs: number | undefined;
    for (const [index, event] of page.events.entries()) {
      if (this.#stopped) return handledMs;
      const call = async (): Promise<true> => {
        await this.#options.handler(event);
        return true;
      };
      if ((await this.#untilDone(type, 'handle', call)) === undefined) return handledMs;
      const next = page.events[index + 1];
      if (next?.savetimeMs !== event.savetimeMs) handledMs = event.savetimeMs;
    }
    return handledMs;
  }

  async #save(type: number, sinceMs: number): Promise<void> {
    const { checkpoints } = this.#options;
    if (checkpoints === undefined) return;
    await this.#untilDone(type, 'checkpoint', () => checkpoints.save(type, sinceMs));
  }

  /** Tries again with growing pauses; undefined when it was stopped before it succeeded. */
  async #untilDone<Result>(
    type: number,
    step: StoregrpcPollingFailure['step'],
    work: () => Promise<Result>,
  ): Promise<Result | undefined> {
    const { intervalMs = 500, backoffMaxMs = 10_000, onFailure } = this.#options;
    for (let capMs = intervalMs; ; capMs = Math.min(capMs * 2, backoffMaxMs)) {
      try {
        return await work();
      } catch (error) {
        const retryInMs = Math.round(Math.min(capMs, backoffMaxMs) * this.#time.random());
        onFailure?.({ error, type, step, retryInMs });
        if (!this.#stopped) await this.#time.sleep(retryInMs, this.#stopping.signal);
        if (this.#stopped) return undefined;
      }
    }
  }
}
