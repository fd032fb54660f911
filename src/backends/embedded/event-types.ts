import { INT32_MAX, type TypeCode } from '../../core/index.js';
import {
  FIRST_ALLOCATED_CODE,
  type DeclareOutcome,
  type EventType,
  type EventTypes,
} from '../../storage/index.js';
import type { Engine } from './engine.js';
import { readTypeKey, typeCode, typeKey } from './keys.js';
import type { Tables } from './schema.js';

const NO_NAME = Buffer.alloc(0);

export class EmbeddedEventTypes implements EventTypes {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async codeOf(name: string): Promise<TypeCode> {
    const known = findCode(this.#engine.snapshot(), name);
    if (known !== undefined) return known;
    const { tables } = this.#engine;
    return this.#engine.write(() => findCode(tables, name) ?? allocate(tables, name));
  }

  async findCode(name: string): Promise<TypeCode | undefined> {
    return findCode(this.#engine.snapshot(), name);
  }

  async namesOf(codes: readonly TypeCode[]): Promise<ReadonlyMap<TypeCode, string>> {
    const { typesByCode } = this.#engine.snapshot();
    const names = new Map<TypeCode, string>();
    for (const code of codes) {
      const name = typesByCode.get(typeKey(code));
      if (name !== undefined && name.length > 0) names.set(code, name.toString());
    }
    return names;
  }

  declare(name: string, code: TypeCode): Promise<DeclareOutcome> {
    const { tables } = this.#engine;
    return this.#engine.write(() => {
      const codeOfName = findCode(tables, name);
      const nameOfCode = tables.typesByCode.get(typeKey(code));
      const isTaken =
        (codeOfName !== undefined && codeOfName !== code) ||
        (nameOfCode !== undefined && nameOfCode.length > 0 && nameOfCode.toString() !== name);
      if (isTaken) return { kind: 'taken' };
      bind(tables, name, code);
      return { kind: 'declared' };
    });
  }

  async reserve(codes: readonly TypeCode[]): Promise<void> {
    const snapshot = this.#engine.snapshot();
    const unknown = codes.filter((code) => !snapshot.typesByCode.doesExist(typeKey(code)));
    if (unknown.length === 0) return;
    const { typesByCode } = this.#engine.tables;
    await this.#engine.write(() => {
      for (const code of unknown) {
        const key = typeKey(code);
        if (!typesByCode.doesExist(key)) typesByCode.putSync(key, NO_NAME);
      }
    });
  }

  async listTypes(after: TypeCode | undefined, limit: number): Promise<readonly EventType[]> {
    if (after === INT32_MAX) return [];
    const { typesByCode } = this.#engine.snapshot();
    const start = after === undefined ? Buffer.from([0]) : typeKey(after + 1);
    return [...typesByCode.getRange({ start, limit })].map(({ key, value }) => ({
      code: readTypeKey(key),
      name: value.length === 0 ? undefined : value.toString(),
    }));
  }
}

function findCode(tables: Tables, name: string): TypeCode | undefined {
  if (name === '') return undefined; // no key may be empty
  const stored = tables.typesByName.get(Buffer.from(name));
  return stored === undefined ? undefined : readTypeKey(stored);
}

/** The lowest code that is free, from the first one that is given out. */
function allocate(tables: Tables, name: string): TypeCode {
  let code: number = FIRST_ALLOCATED_CODE;
  const taken = tables.typesByCode.getKeys({ start: typeKey(FIRST_ALLOCATED_CODE) });
  for (const key of taken) {
    if (readTypeKey(key) !== code) break;
    code += 1;
  }
  const allocated = typeCode(code);
  bind(tables, name, allocated);
  return allocated;
}

function bind(tables: Tables, name: string, code: TypeCode): void {
  tables.typesByName.putSync(Buffer.from(name), typeKey(code));
  tables.typesByCode.putSync(typeKey(code), Buffer.from(name));
}
