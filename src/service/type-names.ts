import type { TypeCode } from '../core/index.js';
import type { Clock } from '../runtime/index.js';
import type { EventTypes } from '../storage/index.js';

/** More types than this are asked for anew: correct, only slower. */
const CACHED_MAX = 10_000;
/** A type of the seed's API has no name, and may get one at any time. */
const ASK_AGAIN_MS = 1_000;

/** The names of types. One that is known is known for ever; a missing one is asked for again. */
export class TypeNames {
  readonly #clock: Clock;
  readonly #names = new Map<TypeCode, string>();
  /** When a type had no name. */
  readonly #unnamed = new Map<TypeCode, number>();
  readonly #asked = new Map<TypeCode, Promise<void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The storage has bound the two. */
  remember(code: TypeCode, name: string): void {
    if (this.#names.size >= CACHED_MAX) this.#names.clear();
    this.#names.set(code, name);
    this.#unnamed.delete(code);
  }

  /** Whether all of them can be told without asking. */
  knows(codes: readonly TypeCode[]): boolean {
    return codes.every((code) => this.#names.has(code) || this.#askedLately(code));
  }

  /** The names that are known of those types. */
  known(codes: readonly TypeCode[]): ReadonlyMap<TypeCode, string> {
    const found = new Map<TypeCode, string>();
    for (const code of codes) {
      const name = this.#names.get(code);
      if (name !== undefined) found.set(code, name);
    }
    return found;
  }

  /** Asks for those that `knows` does not, each once however many ask. Throws UNAVAILABLE. */
  async find(
    codes: readonly TypeCode[],
    eventTypes: EventTypes,
  ): Promise<ReadonlyMap<TypeCode, string>> {
    const missing = [...new Set(codes)].filter((code) => !this.knows([code]));
    const waits = new Set<Promise<void>>();
    const own = missing.filter((code) => !this.#asked.has(code));
    if (own.length > 0) this.#ask(own, eventTypes);
    for (const code of missing) waits.add(this.#asked.get(code) ?? Promise.resolve());
    const before = this.known(codes);
    await Promise.all(waits);
    // many others may have emptied the cache meanwhile: what was known, or is now, is good
    return new Map([...before, ...this.known(codes)]);
  }

  #ask(codes: readonly TypeCode[], eventTypes: EventTypes): void {
    const asked = this.#answer(codes, eventTypes);
    for (const code of codes) this.#asked.set(code, asked);
    const forget = (): void => {
      for (const code of codes) this.#asked.delete(code);
    };
    void asked.then(forget, forget);
  }

  async #answer(codes: readonly TypeCode[], eventTypes: EventTypes): Promise<void> {
    const askedAtMs = this.#clock.monotonicMs();
    const names = await eventTypes.namesOf(codes);
    if (this.#unnamed.size + codes.length > CACHED_MAX) this.#unnamed.clear();
    for (const code of codes) {
      const name = names.get(code);
      if (name !== undefined) this.remember(code, name);
      else if (!this.#names.has(code)) this.#unnamed.set(code, askedAtMs);
    }
  }

  #askedLately(code: TypeCode): boolean {
    const atMs = this.#unnamed.get(code);
    return atMs !== undefined && this.#clock.monotonicMs() - atMs < ASK_AGAIN_MS;
  }
}
