import type { Cassadra } from '../../../src/client/index.js';

/** Declared types, which both APIs write: name and code. */
const DECLARED: readonly (readonly [string, number])[] = [
  ['opened', 1001],
  ['changed', 1002],
  ['moved', 1003],
  ['closed', 1004],
];

/** Written by name only; its code is made by the store. */
const BY_NAME = ['noted', 'marked'];

/** Names of the types that storegrpc can write. */
export const CODED_TYPES: readonly string[] = DECLARED.map(([name]) => name);

/** Names of all types. */
export const ALL_TYPES: readonly string[] = [...CODED_TYPES, ...BY_NAME];

const codes: ReadonlyMap<string, number> = new Map(DECLARED);
const names: ReadonlyMap<number, string> = new Map(DECLARED.map(([name, code]) => [code, name]));

export function codeOf(type: string): number {
  const code = codes.get(type);
  if (code === undefined) throw new RangeError(`${type} has no code`);
  return code;
}

/** The name of a type as events have it, which may lack its name. */
export function typeNameOf(type: string | undefined, code: number): string {
  return type ?? names.get(code) ?? `code ${code}`;
}

/** Gives the types their codes; repeating it is fine. */
export async function declareTypes(store: Cassadra): Promise<void> {
  for (const [name, code] of DECLARED) await store.declareType(name, code);
}
