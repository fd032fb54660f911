import { randomUUID } from 'node:crypto';
import { types, type Client } from 'cassandra-driver';
import { SEED_AGGREGATE, SEED_FIRST_EVENT, SEED_FURTHER_EVENTS } from './seed-statements.js';

/** Stands in for the original server: appends by its own statements, all the time. */
export class ForeignWriter {
  readonly streams: readonly string[] = Array.from({ length: 8 }, () => randomUUID());
  readonly #client: Client;
  readonly #keyspace: string;
  readonly #name: string;
  #appended = 0;
  #lastPayload = '';
  #stopped = false;
  readonly #done: Promise<void>;

  /** Its streams have names for nobody else; payloads begin with `name`. */
  constructor(client: Client, keyspace: string, name: string) {
    this.#client = client;
    this.#keyspace = keyspace;
    this.#name = name;
    this.#done = this.#run();
    this.#done.catch(() => undefined);
  }

  /** Appends that were acknowledged. */
  get appended(): number {
    return this.#appended;
  }

  /** Of the append that was acknowledged last. */
  get lastPayload(): string {
    return this.#lastPayload;
  }

  /** Ends after the append under way. Rejects when it could not go on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #run(): Promise<void> {
    for (let turn = 0; !this.#stopped; turn += 1) {
      const stream = this.streams[turn % this.streams.length] ?? '';
      const version = await this.#versionOf(stream);
      const [a, b] = [`${this.#name}-${turn}-a`, `${this.#name}-${turn}-b`];
      if (!(await this.#append(version === 0 ? first(stream, a) : two(stream, version, [a, b])))) {
        continue;
      }
      this.#appended += 1;
      this.#lastPayload = version === 0 ? a : b;
    }
  }

  async #versionOf(stream: string): Promise<number> {
    const query = `SELECT current_version FROM ${this.#keyspace}.events WHERE id = ${stream} LIMIT 1`;
    const result = await this.#client.execute(query, [], {
      consistency: types.consistencies.serial,
    });
    return Number(result.first()?.get('current_version') ?? 0);
  }

  /** False when somebody else was first, or nobody knows. */
  async #append(statement: string): Promise<boolean> {
    const here = statement.replaceAll('eventstore.', `${this.#keyspace}.`);
    try {
      return (await this.#client.execute(here)).first()?.get('[applied]') === true;
    } catch (error) {
      if (isTimeout(error)) return false;
      throw error;
    }
  }
}

function isTimeout(error: unknown): boolean {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return name === 'OperationTimedOutError' || message.includes('timed out');
}

function first(stream: string, payload: string): string {
  return SEED_FIRST_EVENT.replaceAll(SEED_AGGREGATE, stream).replace("'aaa'", `'${payload}'`);
}

function two(stream: string, version: number, [a = '', b = '']: readonly string[]): string {
  return SEED_FURTHER_EVENTS.replaceAll(SEED_AGGREGATE, stream)
    .replace('current_version = 3', `current_version = ${version + 2}`)
    .replace('IF current_version = 1', `IF current_version = ${version}`)
    .replace(", 2, 22, 'bbb'", `, ${version + 1}, 22, '${a}'`)
    .replace(", 3, 33, 'ccc'", `, ${version + 2}, 33, '${b}'`);
}
