import { AppError, invalidField, type TypeCode } from '../core/index.js';
import { FIRST_ALLOCATED_CODE, type EventTypes } from '../storage/index.js';
import type { TypeNames } from './type-names.js';

/** More types than this are looked up anew: correct, only slower. */
const CACHED_MAX = 10_000;

/** A name, or a code without one. */
interface Typed {
  readonly type: TypeCode | string;
}

const NONE: readonly TypeCode[] = [];

/** Which types this process knows to be in the storage's table of types. */
export class TypeRegistry {
  readonly #names: TypeNames;
  readonly #reserved = new Set<TypeCode>();
  readonly #codes = new Map<string, TypeCode>();

  constructor(names: TypeNames) {
    this.#names = names;
  }

  /** The codes that are to be reserved before they are used. */
  unseen(events: readonly Typed[]): readonly TypeCode[] {
    let unseen: Set<TypeCode> | undefined;
    for (const { type } of events) {
      if (typeof type !== 'string' && !this.#reserved.has(type)) {
        unseen = (unseen ?? new Set()).add(type);
      }
    }
    return unseen === undefined ? NONE : [...unseen];
  }

  /** Reserves codes that were used without a name. Throws UNAVAILABLE; nothing is written then. */
  async reserve(codes: readonly TypeCode[], eventTypes: EventTypes): Promise<void> {
    await eventTypes.reserve(codes);
    if (this.#reserved.size + codes.length > CACHED_MAX) this.#reserved.clear();
    for (const code of codes) this.#reserved.add(code);
  }

  /** The code of a name that this process has met. */
  codeOf(name: string): TypeCode | undefined {
    return this.#codes.get(name);
  }

  /** The code of each event if all of them are known here. */
  codesOfEvents(events: readonly Typed[]): readonly TypeCode[] | undefined {
    const found: TypeCode[] = [];
    for (const { type } of events) {
      const code = typeof type === 'string' ? this.#codes.get(type) : type;
      if (code === undefined) return undefined;
      found.push(code);
    }
    return found;
  }

  /** The codes of names; the first use of a name allocates one. */
  async codesOf(
    names: readonly string[],
    eventTypes: EventTypes,
  ): Promise<ReadonlyMap<string, TypeCode>> {
    const found = new Map<string, TypeCode>();
    for (const name of new Set(names)) {
      const code = this.#codes.get(name) ?? (await eventTypes.codeOf(name));
      this.#remember(name, code);
      found.set(name, code);
    }
    return found;
  }

  /** The code of a name that has one. */
  async findCode(name: string, eventTypes: EventTypes): Promise<TypeCode | undefined> {
    const code = this.#codes.get(name) ?? (await eventTypes.findCode(name));
    if (code !== undefined) this.#remember(name, code);
    return code;
  }

  /** Binds a name to a code. Throws TYPE_NAME_TAKEN when either is bound otherwise. */
  async declare(name: string, code: TypeCode, eventTypes: EventTypes): Promise<void> {
    const outcome = await eventTypes.declare(name, code);
    if (outcome.kind === 'declared') {
      this.#remember(name, code);
      return;
    }
    throw new AppError('TYPE_NAME_TAKEN', `${name} = ${code}: the name or the code is taken`, {
      name,
      code: String(code),
    });
  }

  #remember(name: string, code: TypeCode): void {
    if (this.#codes.get(name) === code) return;
    if (this.#codes.size >= CACHED_MAX) this.#codes.clear();
    this.#codes.set(name, code);
    this.#names.remember(code, name);
  }
}

/** Throws unless users may choose the code: those above are given by the store. */
export function requireDeclarable(code: TypeCode): void {
  if (code < FIRST_ALLOCATED_CODE) return;
  throw invalidField('code', `must be below ${FIRST_ALLOCATED_CODE}: the store gives those above`);
}
