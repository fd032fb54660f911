/** The fields of a JSON object as an answer has them. Throws where one is of another kind. */
export class JsonFields {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(value: unknown) {
    if (!isObject(value)) throw new UnexpectedAnswer('an object');
    this.#values = value;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  /** Empty when it is missing. */
  text(name: string): string {
    const value = this.#values[name] ?? '';
    if (typeof value !== 'string') throw new UnexpectedAnswer(`a text in ${name}`);
    return value;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  /** 0 when it is missing. 64-bit numbers come as texts. */
  number(name: string): number {
    const value = Number(this.#values[name] ?? 0);
    if (!Number.isFinite(value)) throw new UnexpectedAnswer(`a number in ${name}`);
    return value;
  }

  optionalNumber(name: string): number | undefined {
    return this.has(name) ? this.number(name) : undefined;
  }

  object(name: string): JsonFields {
    return new JsonFields(this.#values[name] ?? {});
  }

  optionalObject(name: string): JsonFields | undefined {
    return this.has(name) ? this.object(name) : undefined;
  }

  list<Item>(name: string, read: (fields: JsonFields) => Item): Item[] {
    return this.#array(name).map((item) => read(new JsonFields(item)));
  }

  texts(name: string): string[] {
    return this.#array(name).map(String);
  }

  /** All fields that are texts or numbers. */
  entries(): Readonly<Record<string, string>> {
    const plain = Object.entries(this.#values).filter(
      ([, value]) => typeof value === 'string' || typeof value === 'number',
    );
    return Object.fromEntries(plain.map(([name, value]) => [name, String(value)]));
  }

  #array(name: string): unknown[] {
    const value = this.#values[name] ?? [];
    if (!Array.isArray(value)) throw new UnexpectedAnswer(`a list in ${name}`);
    return value;
  }
}

/** The server speaks another version of the API than this page. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';

  constructor(what: string) {
    super(`the answer lacks ${what}: reload the page, the server may have been updated`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
