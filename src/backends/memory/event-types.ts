import { parseTypeCode, type TypeCode } from '../../core/index.js';
import {
  FIRST_ALLOCATED_CODE,
  type DeclareOutcome,
  type EventType,
  type EventTypes,
} from '../../storage/index.js';
import type { MemoryTables } from './schema.js';

export class MemoryEventTypes implements EventTypes {
  readonly #tables: MemoryTables;

  constructor(tables: MemoryTables) {
    this.#tables = tables;
  }

  async codeOf(name: string): Promise<TypeCode> {
    this.#tables.requireOpen();
    const known = this.#find(name);
    if (known !== undefined) return known;
    const code = this.#firstFree();
    this.#tables.types.set(code, name);
    return code;
  }

  async findCode(name: string): Promise<TypeCode | undefined> {
    this.#tables.requireOpen();
    return this.#find(name);
  }

  async namesOf(codes: readonly TypeCode[]): Promise<ReadonlyMap<TypeCode, string>> {
    this.#tables.requireOpen();
    const names = new Map<TypeCode, string>();
    for (const code of codes) {
      const name = this.#tables.types.get(code);
      if (name !== undefined) names.set(code, name);
    }
    return names;
  }

  async declare(name: string, code: TypeCode): Promise<DeclareOutcome> {
    this.#tables.requireOpen();
    const codeOfName = this.#find(name) ?? code;
    const nameOfCode = this.#tables.types.get(code) ?? name;
    if (codeOfName !== code || nameOfCode !== name) return { kind: 'taken' };
    this.#tables.types.set(code, name);
    return { kind: 'declared' };
  }

  async reserve(codes: readonly TypeCode[]): Promise<void> {
    this.#tables.requireOpen();
    for (const code of codes) {
      if (!this.#tables.types.has(code)) this.#tables.types.set(code, undefined);
    }
  }

  async listTypes(after: TypeCode | undefined, limit: number): Promise<readonly EventType[]> {
    this.#tables.requireOpen();
    return [...this.#tables.types]
      .map(([code, name]) => ({ code, name }))
      .filter(({ code }) => after === undefined || code > after)
      .sort((left, right) => left.code - right.code)
      .slice(0, limit);
  }

  #find(name: string): TypeCode | undefined {
    return [...this.#tables.types].find(([, known]) => known === name)?.[0];
  }

  #firstFree(): TypeCode {
    for (let value = FIRST_ALLOCATED_CODE; ; value += 1) {
      const code = parseTypeCode(value);
      if (code === undefined) throw new RangeError('no type codes are left');
      if (!this.#tables.types.has(code)) return code;
    }
  }
}
