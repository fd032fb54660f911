import { parseTypeCode, type TypeCode } from '../../core/index.js';
import {
  FIRST_ALLOCATED_CODE,
  type DeclareOutcome,
  type EventType,
  type EventTypes as Port,
} from '../../storage/index.js';
import type { CqlSession, Row, Statement } from './cql-session.js';
import { unavailable } from './errors.js';
import { optionalInt, optionalText, requiredInt } from './row-codec.js';

const REGISTRY = 0;
const ATTEMPTS_MAX = 50;
/**
 * To the partition of the int 0. The level makes every finished change visible to reads of level
 * `feed`: those of names that nobody uses yet come often, and serial ones would hinder each other.
 */
const ROUTE = {
  routingKey: Buffer.alloc(4),
  attempt: 0,
  maySend: () => true,
  level: 'feed',
} as const;
const NAMES_AT_ONCE = 100;

/** int32 codes as hexadecimal texts that sort like the numbers. */
function codeEntry(code: number): string {
  return `code:${(code + 2_147_483_648).toString(16).padStart(8, '0')}`;
}

function nameEntry(name: string): string {
  return `name:${name}`;
}

/** Type names and codes. Every change is a conditional batch on the one partition of the table. */
export class EventTypes implements Port {
  readonly #session: CqlSession;
  readonly #table: string;
  /** What is bound once stays: both are right for ever. */
  readonly #codes = new Map<string, TypeCode>();
  readonly #names = new Map<TypeCode, string>();

  constructor(session: CqlSession, keyspace: string) {
    this.#session = session;
    this.#table = `${keyspace}.event_types`;
  }

  async codeOf(name: string): Promise<TypeCode> {
    const known = this.#codes.get(name);
    if (known !== undefined) return known;
    try {
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
        const code = (await this.#find(nameEntry(name)))?.code ?? (await this.#allocate(name));
        if (code !== undefined) {
          this.#codes.set(name, code);
          return code;
        }
      }
    } catch (error) {
      throw unavailable(error);
    }
    throw unavailable(new Error('too many servers allocate type codes'));
  }

  async findCode(name: string): Promise<TypeCode | undefined> {
    const known = this.#codes.get(name);
    if (known !== undefined) return known;
    const [entry] = await this.#entries([nameEntry(name)]);
    if (entry !== undefined) this.#codes.set(name, entry.code);
    return entry?.code;
  }

  async namesOf(codes: readonly TypeCode[]): Promise<ReadonlyMap<TypeCode, string>> {
    const unknown = [...new Set(codes)].filter((code) => !this.#names.has(code));
    for (let first = 0; first < unknown.length; first += NAMES_AT_ONCE) {
      const chunk = unknown.slice(first, first + NAMES_AT_ONCE);
      for (const { code, name } of await this.#entries(chunk.map(codeEntry))) {
        if (name !== undefined) this.#names.set(code, name);
      }
    }
    const names = new Map<TypeCode, string>();
    for (const code of codes) {
      const name = this.#names.get(code);
      if (name !== undefined) names.set(code, name);
    }
    return names;
  }

  async declare(name: string, code: TypeCode): Promise<DeclareOutcome> {
    try {
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
        const byName = await this.#find(nameEntry(name));
        const byCode = await this.#find(codeEntry(code));
        if (byName?.code === code && byCode?.name === name) return { kind: 'declared' };
        if (byName !== undefined || byCode?.name !== undefined) return { kind: 'taken' };
        await this.#apply([this.#insertName(name, code), this.#bindCode(name, code, byCode)]);
      }
    } catch (error) {
      throw unavailable(error);
    }
    throw unavailable(new Error('too many servers declare types'));
  }

  async reserve(codes: readonly TypeCode[]): Promise<void> {
    try {
      for (const code of codes) {
        if ((await this.#find(codeEntry(code))) !== undefined) continue;
        await this.#apply([this.#insertCode(undefined, code)]);
      }
    } catch (error) {
      throw unavailable(error);
    }
  }

  async listTypes(after: TypeCode | undefined, limit: number): Promise<readonly EventType[]> {
    const query =
      `SELECT code, name FROM ${this.#table} ` +
      'WHERE registry = ? AND entry > ? AND entry < ? LIMIT ?';
    const from = after === undefined ? 'code:' : codeEntry(after);
    try {
      const { rows } = await this.#session.read(
        { query, params: [REGISTRY, from, 'code;', limit] },
        { level: 'read', fetchSize: limit },
      );
      return rows.map(eventType);
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** Gives `name` the next free code; undefined when another server was faster: look again. */
  async #allocate(name: string): Promise<TypeCode | undefined> {
    const { rows } = await this.#session.read(
      {
        query: `SELECT next_code FROM ${this.#table} WHERE registry = ? LIMIT 1`,
        params: [REGISTRY],
      },
      { level: 'serial' },
    );
    const kept = rows[0] === undefined ? undefined : optionalInt(rows[0], 'next_code');
    const next = parseTypeCode(kept ?? FIRST_ALLOCATED_CODE);
    if (next === undefined) throw new RangeError('no type codes left');
    const advance: Statement = {
      query:
        `UPDATE ${this.#table} SET next_code = ? WHERE registry = ? ` +
        `IF next_code = ${kept === undefined ? 'null' : '?'}`,
      params: [next + 1, REGISTRY, ...(kept === undefined ? [] : [kept])],
    };
    // A code that was reserved or declared is passed over.
    const free = (await this.#find(codeEntry(next))) === undefined;
    const applied = await this.#apply(
      free ? [advance, this.#insertName(name, next), this.#insertCode(name, next)] : [advance],
    );
    return applied && free ? next : undefined;
  }

  async #find(entry: string): Promise<EventType | undefined> {
    const { rows } = await this.#session.read(
      {
        query: `SELECT code, name FROM ${this.#table} WHERE registry = ? AND entry = ?`,
        params: [REGISTRY, entry],
      },
      { level: 'serial' },
    );
    return rows[0] === undefined ? undefined : eventType(rows[0]);
  }

  /** Those of the entries that are there; sees every finished change. */
  async #entries(entries: readonly string[]): Promise<EventType[]> {
    try {
      const { rows } = await this.#session.read(
        {
          query: `SELECT code, name FROM ${this.#table} WHERE registry = ? AND entry IN ?`,
          params: [REGISTRY, entries],
        },
        { level: 'feed', fetchSize: entries.length },
      );
      return rows.map(eventType);
    } catch (error) {
      throw unavailable(error);
    }
  }

  #insertName(name: string, code: TypeCode): Statement {
    return this.#insert(nameEntry(name), name, code);
  }

  #insertCode(name: string | undefined, code: TypeCode): Statement {
    return this.#insert(codeEntry(code), name, code);
  }

  #insert(entry: string, name: string | undefined, code: TypeCode): Statement {
    const named = name !== undefined;
    return {
      query:
        `INSERT INTO ${this.#table} (registry, entry, code${named ? ', name' : ''}) ` +
        `VALUES (?, ?, ?${named ? ', ?' : ''}) IF NOT EXISTS`,
      params: [REGISTRY, entry, code, ...(named ? [name] : [])],
    };
  }

  /** The entry of a code that may have been reserved before it was declared. */
  #bindCode(name: string, code: TypeCode, reserved: EventType | undefined): Statement {
    if (reserved === undefined) return this.#insertCode(name, code);
    return {
      query:
        `UPDATE ${this.#table} SET name = ? WHERE registry = ? AND entry = ? ` +
        'IF name = null AND code = ?',
      params: [name, REGISTRY, codeEntry(code), code],
    };
  }

  /** Whether the batch was applied, as far as is known; callers look again in any case. */
  async #apply(statements: readonly Statement[]): Promise<boolean> {
    const rows = await this.#session.conditional(statements, ROUTE);
    return rows[0]?.['[applied]'] === true;
  }
}

function eventType(row: Row): EventType {
  const code = parseTypeCode(requiredInt(row, 'code'));
  if (code === undefined) throw new RangeError('a type code that is no int32');
  return { code, name: optionalText(row, 'name') };
}
