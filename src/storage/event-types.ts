import type { TypeCode } from '../core/index.js';

/** A type that has been used or declared. Types of the seed's API have a code only. */
export interface EventType {
  readonly code: TypeCode;
  readonly name: string | undefined;
}

/** `taken`: the name has another code, or the code another name. */
export type DeclareOutcome = { readonly kind: 'declared' } | { readonly kind: 'taken' };

/** The first code that is given to a name; lower ones are declared, or used by the seed's API. */
export const FIRST_ALLOCATED_CODE = 1_000_000_000;

export interface EventTypes {
  /** The code of a name; the first use allocates one. Throws UNAVAILABLE. */
  codeOf(name: string): Promise<TypeCode>;
  /** The code of a name that has one; allocates none. Sees every finished `codeOf`. */
  findCode(name: string): Promise<TypeCode | undefined>;
  /** The names of those codes that have one. */
  namesOf(codes: readonly TypeCode[]): Promise<ReadonlyMap<TypeCode, string>>;
  /** Binds a name to a code chosen by the user; repeating it is fine. */
  declare(name: string, code: TypeCode): Promise<DeclareOutcome>;
  /** Remembers codes used without a name, so that they are listed and never given to a name. */
  reserve(codes: readonly TypeCode[]): Promise<void>;
  /** At most `limit` types with a code above `after` (undefined: from the lowest), by code. */
  listTypes(after: TypeCode | undefined, limit: number): Promise<readonly EventType[]>;
}
