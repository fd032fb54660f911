import { AppError } from '../../src/core/index.js';
import type { Components, Part } from '../../src/runtime/index.js';
import type { Backend } from '../../src/storage/index.js';

const WAIT_MIN_MS = 500;
const WAIT_MAX_MS = 5_000;

/** What may be better at the next try: Cassandra is down, or nobody has run gentables yet. */
const PASSING = new Set(['UNAVAILABLE', 'NOT_READY', 'SCHEMA_MISMATCH']);

export interface BackendOpenerParts {
  readonly open: () => Promise<Backend>;
  readonly components: Components;
  /** Told once, when trying again is of no use. */
  readonly onFailure: (error: unknown) => void;
}

/** Opens the storage in the background, again and again until it succeeds; closes it at the end. */
export class BackendOpener implements Part {
  readonly name = 'storage';
  readonly #parts: BackendOpenerParts;
  readonly #stopping = new AbortController();
  #opening: Promise<void> | undefined;
  #backend: Backend | undefined;

  constructor(parts: BackendOpenerParts) {
    this.#parts = parts;
  }

  /** Undefined until the storage is open. */
  readonly current = (): Backend | undefined => this.#backend;

  start(): void {
    this.#opening = this.#openUntilDone();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#opening;
    const backend = this.#backend;
    this.#backend = undefined;
    await backend?.close();
  }

  async #openUntilDone(): Promise<void> {
    const { open, components, onFailure } = this.#parts;
    let waitMs = WAIT_MIN_MS;
    while (!this.#stopping.signal.aborted) {
      try {
        this.#backend = await open();
        const { name, capabilities } = this.#backend;
        components.logger.info({ storage: name, ...capabilities }, 'the storage is open');
        return;
      } catch (error) {
        if (!(error instanceof AppError && PASSING.has(error.code))) return onFailure(error);
        components.logger.warn(
          { reason: error.message, code: error.code, nextTryMs: waitMs },
          'the storage cannot be opened yet',
        );
      }
      await components.timers.sleep(waitMs, this.#stopping.signal);
      waitMs = Math.min(waitMs * 2, WAIT_MAX_MS);
    }
  }
}
