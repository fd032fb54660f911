import type { TypeCode } from '../core/index.js';
import type { EventTypes } from '../storage/index.js';
import type { TypeRef } from './subscription.js';
import type { TypeRegistry } from './type-registry.js';

/** The types that a reader asked for: codes, and names that may not have one yet. */
export class WantedTypes {
  readonly #registry: TypeRegistry;
  readonly #found = new Set<TypeCode>();
  #missing: readonly string[];
  #codes: readonly TypeCode[] = [];

  constructor(types: readonly TypeRef[], registry: TypeRegistry) {
    this.#registry = registry;
    const names: string[] = [];
    for (const type of types) {
      const code = typeof type === 'string' ? registry.codeOf(type) : type;
      if (code !== undefined) this.#found.add(code);
      else if (typeof type === 'string') names.push(type);
    }
    this.#missing = [...new Set(names)];
    this.#settle();
  }

  /** Those with a code, in ascending order. Another array as soon as there are more. */
  get codes(): readonly TypeCode[] {
    return this.#codes;
  }

  /** Whether every name has a code. */
  get complete(): boolean {
    return this.#missing.length === 0;
  }

  has(code: TypeCode): boolean {
    return this.#found.has(code);
  }

  /** Whether a code may be one of them, by what this process knows now. */
  mayHave(code: TypeCode): boolean {
    return this.has(code) || this.#missing.some((name) => this.#registry.codeOf(name) === code);
  }

  /** Looks the missing names up. Throws UNAVAILABLE. */
  async lookUp(eventTypes: EventTypes): Promise<void> {
    if (this.complete) return;
    const looks = this.#missing.map(async (name) => {
      const code = await this.#registry.findCode(name, eventTypes);
      return { name, code };
    });
    const found = new Set<string>();
    for (const { name, code } of await Promise.all(looks)) {
      if (code === undefined) continue;
      this.#found.add(code);
      found.add(name);
    }
    if (found.size === 0) return;
    // by name: another look-up may have ended meanwhile
    this.#missing = this.#missing.filter((name) => !found.has(name));
    this.#settle();
  }

  #settle(): void {
    if (this.#codes.length === this.#found.size) return;
    this.#codes = [...this.#found].sort((left, right) => left - right);
  }
}
