import { randomUUID } from 'node:crypto';
import { StoreError, type ListedType } from '../../../src/client/index.js';
import { parseTypeCode, type TypeCode } from '../../../src/core/index.js';
import type { DeclareOutcome, EventType, EventTypes } from '../../../src/storage/index.js';
import type { Link } from './link.js';
import { asPort, portError } from './wire-errors.js';

/**
 * The event types, by what the client offers: a type is used by appending an event of it, to a
 * stream that is there for nothing else, and found in the list of all.
 */
export class WireTypes implements EventTypes {
  readonly #link: Link;
  readonly #scratch = randomUUID();

  constructor(link: Link) {
    this.#link = link;
  }

  async codeOf(name: string): Promise<TypeCode> {
    const version = await this.#use([name]);
    return asPort(async () => {
      const { client } = this.#link;
      const options = { from: version, limit: 1 };
      for await (const event of client.read(this.#scratch, options)) {
        if (event.type === name) return codeOf(event.typeCode);
      }
      throw new TypeError(`no event of type ${name} at version ${version}`);
    });
  }

  async findCode(name: string): Promise<TypeCode | undefined> {
    const found = await this.#find((type) => type.name === name, 1);
    return found[0]?.code;
  }

  async namesOf(codes: readonly TypeCode[]): Promise<ReadonlyMap<TypeCode, string>> {
    const wanted = new Set<number>(codes);
    const found = await this.#find(({ code }) => wanted.has(code), wanted.size);
    return new Map(found.flatMap(({ code, name }) => (name === undefined ? [] : [[code, name]])));
  }

  async declare(name: string, code: TypeCode): Promise<DeclareOutcome> {
    try {
      await this.#link.client.declareType(name, code);
      return { kind: 'declared' };
    } catch (error) {
      const taken = error instanceof StoreError && error.reason === 'TYPE_NAME_TAKEN';
      if (taken) return { kind: 'taken' };
      throw portError(error);
    }
  }

  async reserve(codes: readonly TypeCode[]): Promise<void> {
    if (codes.length > 0) await this.#use(codes);
  }

  listTypes(after: TypeCode | undefined, limit: number): Promise<readonly EventType[]> {
    return this.#find(({ code }) => after === undefined || code > after, limit);
  }

  /** The version at which the first of them was used. */
  async #use(types: readonly (string | number)[]): Promise<number> {
    const events = types.map((type) => ({ type }));
    const append = () => this.#link.client.append(this.#scratch, events);
    return (await asPort(append)).firstVersion;
  }

  #find(fits: (type: ListedType) => boolean, limit: number): Promise<EventType[]> {
    return asPort(async () => {
      const found: EventType[] = [];
      if (limit === 0) return found;
      for await (const type of this.#link.client.listTypes()) {
        if (!fits(type)) continue;
        found.push({ code: codeOf(type.code), name: type.name });
        if (found.length === limit) break;
      }
      return found;
    });
  }
}

function codeOf(number: number): TypeCode {
  const code = parseTypeCode(number);
  if (code === undefined) throw new TypeError(`${number} is no code`);
  return code;
}
