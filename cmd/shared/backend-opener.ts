import { AppError } from '../../src/core/index.js';
import { SettingsError, type Components, type Part } from '../../src/runtime/index.js';
import type { Backend } from '../../src/storage/index.js';

const WAIT_MIN_MS = 500;
const WAIT_MAX_MS = 5_000;

export interface BackendOpenerParts {
  readonly open: () => Promise<Backend>;
  readonly components: Components;
  /**
   * The storage is another system, which may come later: opened in the background, again and again.
   * Otherwise it is opened before anything is served, and a failure ends the program.
   */
  readonly remote: boolean;
  /** Told once when trying again in the background is of no use. */
  readonly onFailure: (error: unknown) => void;
}

/** Opens the storage at the start and closes it at the end. */
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

  async start(): Promise<void> {
    if (this.#parts.remote) this.#opening = this.#openInBackground();
    else await this.#open();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#opening;
    const backend = this.#backend;
    this.#backend = undefined;
    await backend?.close();
  }

  async #open(): Promise<void> {
    this.#backend = await this.#parts.open();
    const { name, capabilities } = this.#backend;
    this.#parts.components.logger.info({ storage: name, ...capabilities }, 'the storage is open');
  }

  async #openInBackground(): Promise<void> {
    const { components, onFailure } = this.#parts;
    for (let waitMs = WAIT_MIN_MS; !this.#stopping.signal.aborted; waitMs *= 2) {
      try {
        await this.#open();
        return;
      } catch (error) {
        if (isLasting(error)) {
          onFailure(error);
          return;
        }
        const reason = error instanceof Error ? error.message : String(error);
        components.logger.warn({ reason, retryInMs: waitMs }, 'the storage cannot be opened yet');
      }
      waitMs = Math.min(waitMs, WAIT_MAX_MS);
      await components.timers.sleep(waitMs, this.#stopping.signal);
    }
  }
}

/**
 * A driver that finds no node, or a schema that is not there yet, may be better at the next try.
 */
function isLasting(error: unknown): boolean {
  if (error instanceof SettingsError) return true;
  return (
    error instanceof AppError && (error.code === 'INVALID_ARGUMENT' || error.code === 'INTERNAL')
  );
}
