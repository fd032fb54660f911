import { invalidField, StoreError } from './errors.js';

/** Words of the client and the numbers that the wire has for them. */
export class Choices<Word extends string> {
  readonly #words = new Map<number, Word>();

  constructor(numbers: Readonly<Record<Word, number>>) {
    for (const word in numbers) this.#words.set(numbers[word], word);
  }

  /** Throws InvalidRequestError naming the field. */
  encode(word: Word, field: string): number {
    for (const [number, known] of this.#words) if (known === word) return number;
    throw invalidField(field, `is none of ${[...this.#words.values()].join(', ')}`);
  }

  /** Undefined: a server says more than this client knows. */
  find(number: number): Word | undefined {
    return this.#words.get(number);
  }

  /** For what a caller may send back: a word that was guessed would change it. */
  decode(number: number, field: string): Word {
    return this.find(number) ?? newerServer(`${field} is ${number}`);
  }
}

/** What cannot be read is not made up. */
export function newerServer(what: string): never {
  throw new StoreError(
    'NOT_SUPPORTED',
    `${what}: the server is newer than this client. Use a newer client.`,
  );
}
