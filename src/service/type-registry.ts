import {
  AppError,
  invalidField,
  requireWithin,
  textBytes,
  type Limits,
  type TypeCode,
} from '../core/index.js';
import type { EventTypes } from '../storage/index.js';

/** More types than this are looked up anew: correct, only slower. */
const CACHED_MAX = 10_000;

/** Throws unless the text may name an event type. */
export function validateTypeName(field: string, name: string, limits: Limits): void {
  if (name === '') throw invalidField(field, 'must not be empty');
  requireWithin(field, textBytes(name), limits.typeNameBytesMax, 'bytes');
}

/** Which types this process knows to be in the storage's table of types. */
export class TypeRegistry {
  readonly #reserved = new Set<TypeCode>();
  readonly #codes = new Map<string, TypeCode>();

  /** The codes that are to be reserved before they are used. */
  unseen(codes: readonly TypeCode[]): TypeCode[] {
    return [...new Set(codes)].filter((code) => !this.#reserved.has(code));
  }

  /** Reserves codes that were used without a name. Throws UNAVAILABLE; nothing is written then. */
  async reserve(codes: readonly TypeCode[], eventTypes: EventTypes): Promise<void> {
    await eventTypes.reserve(codes);
    if (this.#reserved.size + codes.length > CACHED_MAX) this.#reserved.clear();
    for (const code of codes) this.#reserved.add(code);
  }

  /** The codes of names; the first use of a name allocates one. */
  async codesOf(
    names: readonly string[],
    eventTypes: EventTypes,
  ): Promise<ReadonlyMap<string, TypeCode>> {
    const found = new Map<string, TypeCode>();
    for (const name of new Set(names)) {
      found.set(name, this.#codes.get(name) ?? (await this.#lookUp(name, eventTypes)));
    }
    return found;
  }

  async #lookUp(name: string, eventTypes: EventTypes): Promise<TypeCode> {
    const code = await eventTypes.codeOf(name);
    if (this.#codes.size >= CACHED_MAX) this.#codes.clear();
    this.#codes.set(name, code);
    return code;
  }
}

/** Binds a name to a code. Throws TYPE_NAME_TAKEN when either is bound otherwise. */
export async function declareType(
  name: string,
  code: TypeCode,
  eventTypes: EventTypes,
): Promise<void> {
  const outcome = await eventTypes.declare(name, code);
  if (outcome.kind === 'declared') return;
  throw new AppError('TYPE_NAME_TAKEN', `${name} = ${code}: the name or the code is taken`, {
    name,
    code: String(code),
  });
}
