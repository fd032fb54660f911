import type { Clock, Logger, Timers } from '../runtime/index.js';
import { fetchedText } from './fetched-text.js';
import { parseKeySet, type KeySet } from './key-set.js';
import { WatchedText } from './watched-text.js';

/** Where the keys of an issuer come from. */
export interface KeySource {
  /** Undefined: not known yet. Another object: the keys have changed. */
  current(): KeySet | undefined;
  /** The first look; a file must be there. */
  start(): Promise<void>;
  /** From time to time. */
  tick(): Promise<void>;
  /** A token names a key that is not there: looks again where that may help. */
  refresh(): Promise<void>;
}

/** Keys in a file. */
export function keysOfFile(path: string, logger: Logger): KeySource {
  let keys: KeySet | undefined;
  const file = new WatchedText(path, (text) => {
    keys = parseKeySet(text);
  });
  return {
    current: () => keys,
    start: () => file.load(),
    tick: () => file.lookAgain(logger),
    // looked at every few seconds anyway
    refresh: () => Promise.resolve(),
  };
}

/** Keys that an issuer withdraws are gone after this at the latest. */
const REFRESH_MS = 300_000;
/** Whoever sends tokens with made-up names of keys must not have the issuer flooded. */
const PAUSE_MS = 30_000;
/** While there is no key at all. */
const FIRST_PAUSE_MS = 5_000;

export interface KeysOfUrlParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
}

/** Keys that an issuer publishes. While it cannot be reached, those that are known stay. */
export class KeysOfUrl implements KeySource {
  readonly #url: string;
  readonly #parts: KeysOfUrlParts;
  #keys: KeySet | undefined;
  #text: string | undefined;
  #lookedMs = -Infinity;
  #looking: Promise<void> | undefined;
  #failing = false;

  constructor(url: string, parts: KeysOfUrlParts) {
    this.#url = url;
    this.#parts = parts;
  }

  current(): KeySet | undefined {
    return this.#keys;
  }

  start(): Promise<void> {
    return this.#look();
  }

  async tick(): Promise<void> {
    await this.#lookAfter(this.#keys === undefined ? FIRST_PAUSE_MS : REFRESH_MS);
  }

  async refresh(): Promise<void> {
    await (this.#looking ?? this.#lookAfter(PAUSE_MS));
  }

  async #lookAfter(pauseMs: number): Promise<void> {
    if (this.#parts.clock.monotonicMs() - this.#lookedMs >= pauseMs) await this.#look();
  }

  #look(): Promise<void> {
    this.#looking ??= this.#fetch().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Never rejects: the issuer may be away for a while. */
  async #fetch(): Promise<void> {
    const { clock, timers, logger } = this.#parts;
    this.#lookedMs = clock.monotonicMs();
    try {
      const text = await fetchedText(this.#url, timers);
      if (text !== this.#text) this.#keys = parseKeySet(text);
      this.#text = text;
      if (this.#failing)
        logger.info({ url: this.#url }, 'the keys for tokens can be fetched again');
      this.#failing = false;
    } catch (error) {
      if (!this.#failing)
        logger.error({ url: this.#url, problem: told(error) }, 'no keys for tokens');
      this.#failing = true;
    }
  }
}

/** `fetch failed` says nothing: its cause does. */
function told(error: unknown): string {
  const said = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return said instanceof Error ? said.message : String(said);
}
