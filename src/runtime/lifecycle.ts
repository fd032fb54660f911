import type { Logger } from './logger.js';
import { SettingsError } from './settings.js';

/** A part of a program that is started once and stopped once. */
export interface Part {
  readonly name: string;
  start(): Promise<void> | void;
  /** Finishes what was accepted, then releases everything. */
  stop(): Promise<void> | void;
}

/** Starts parts in order and stops them in the reverse one. */
export class Lifecycle {
  readonly #logger: Logger;
  readonly #started: Part[] = [];
  #stopping: Promise<boolean> | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Starts the parts one after the other. When one fails, those before it are stopped again. */
  async start(parts: readonly Part[]): Promise<void> {
    for (const part of parts) {
      if (this.#stopping !== undefined) return;
      this.#started.push(part);
      try {
        await part.start();
      } catch (error) {
        await this.stop();
        throw error;
      }
    }
  }

  /** Stops what was started, once; true when every part stopped well. */
  stop(): Promise<boolean> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<boolean> {
    let well = true;
    for (const part of this.#started.reverse()) {
      try {
        await part.stop();
      } catch (error) {
        well = false;
        this.#logger.error({ part: part.name, err: error }, 'a part did not stop well');
      }
    }
    return well;
  }
}

/** What a program needs of its process; a test hands in its own. */
export interface ProcessSignals {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  exit(code: number): void;
}

/** The first SIGTERM or SIGINT stops and exits (0 when all went well), a second one at once. */
export function stopOnSignals(
  lifecycle: Lifecycle,
  logger: Logger,
  signals: ProcessSignals = process,
): void {
  let asked = false;
  const onSignal = (signal: string, code: number): void => {
    if (asked) {
      logger.warn({ signal }, 'told to stop a second time: leaving at once');
      signals.exit(code);
      return;
    }
    asked = true;
    logger.info({ signal }, 'stopping');
    void lifecycle.stop().then((well) => {
      logger.info({}, 'stopped');
      signals.exit(well ? 0 : 1);
    });
  };
  signals.on('SIGTERM', () => onSignal('SIGTERM', 143));
  signals.on('SIGINT', () => onSignal('SIGINT', 130));
}

/**
 * Runs a program; what it throws is told on standard error, with exit code 1, or 2 for settings.
 */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = error instanceof SettingsError ? 2 : 1;
  }
}
