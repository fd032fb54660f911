import { connect, type Appended, type Cassadra, type NewEvent } from '../../src/client/index.js';

/** Codes, so that a polling client can follow them, too. */
export const TYPES = [21, 22, 23] as const;

const SHARED_STREAM = 'shared';
const UNARY_WRITERS = 5;
const PIPELINED = 4;

/** Writers that append one after the other and never give up, until they are told to stop. */
export class SteadyWriters {
  /** Where each acknowledged event stands: its content to `stream/version`. */
  readonly places = new Map<string, string>();
  /** Appends of which an earlier try had been written. */
  duplicates = 0;
  readonly #stores: readonly Cassadra[];
  readonly #done: Promise<unknown>;
  #stopping = false;
  #watchers: (() => void)[] = [];

  constructor(address: string) {
    this.#stores = Array.from({ length: UNARY_WRITERS + 1 }, () => connect(address));
    const writers = this.#stores.map((store, index) =>
      index === 0 ? this.#pipeline(store) : this.#unary(store, index),
    );
    this.#done = Promise.all(writers);
    // told when it is awaited
    this.#done.catch(() => this.#wake());
  }

  /** Resolves when so many more events are acknowledged. Rejects when a writer fails. */
  async more(count: number): Promise<void> {
    const wanted = this.places.size + count;
    while (this.places.size < wanted) {
      const changed = new Promise<void>((resolve) => this.#watchers.push(resolve));
      await Promise.race([changed, this.#done]);
    }
  }

  /** Finishes what was begun. Rejects when an append has failed. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#done;
    await Promise.all(this.#stores.map((store) => store.close()));
  }

  /** To a stream of its own at an exact version, and to one that all write to, in turn. */
  async #unary(store: Cassadra, writer: number): Promise<void> {
    const own = `own-${writer}`;
    for (let version = 0; !this.#stopping; version += 1) {
      const events = [eventOf(`${own} ${version}`)];
      this.#keep(own, events, await store.append(own, events, { expected: version }));
      const shared = [eventOf(`${writer} shared ${version}`)];
      this.#keep(SHARED_STREAM, shared, await store.append(SHARED_STREAM, shared));
    }
  }

  /** Some appends at once over one call. */
  async #pipeline(store: Cassadra): Promise<void> {
    const pipeline = store.appendMany();
    for (let round = 0; !this.#stopping; round += 1) {
      const appends = Array.from({ length: PIPELINED }, async (_, index) => {
        const events = [eventOf(`pipelined ${round} ${index} a`), eventOf(`${round} ${index} b`)];
        this.#keep('pipelined', events, await pipeline.append('pipelined', events));
      });
      await Promise.all(appends);
    }
    await pipeline.close();
  }

  #keep(stream: string, events: readonly NewEvent[], appended: Appended): void {
    if (appended.duplicate) this.duplicates += 1;
    events.forEach(({ data }, index) => {
      this.places.set(String(data), `${stream}/${appended.firstVersion + index}`);
    });
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#watchers) resolve();
    this.#watchers = [];
  }
}

function eventOf(data: string): NewEvent {
  return { type: TYPES[data.length % TYPES.length] ?? TYPES[0], data };
}
