import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cassadra, connect, StoreError } from '../../../../src/client/index.js';
import type { ServerProcess } from '../../servers/server-process.js';
import type { CassandraWorld, WorldNode } from '../cassandra-world.js';
import type { Inside } from '../rules.js';

/** How an append ended. `unknown` covers everything that is not definite. */
export type AppendEnd = 'ok' | 'conflict' | 'unknown';

/** An append that can be tried several times with the same event ids. */
export interface Append {
  readonly stream: string;
  readonly expected: number;
  readonly ids: readonly string[];
}

const WITHIN_MS = 60_000;
const POLL_MS = 50;
const TRY_MS = 4_000;

export const PRECISE_TYPE = 'precise';

/** The world and its clients during one scenario. */
export class Stage {
  readonly world: CassandraWorld;
  readonly stream = `precise-${randomUUID()}`;
  readonly #clients: Cassadra[] = [];

  constructor(world: CassandraWorld) {
    this.world = world;
  }

  /** A server by its place, from 0. */
  store(index: number): ServerProcess {
    const store = this.world.stores[index];
    assert.ok(store, `no server ${index}`);
    return store;
  }

  node(index: number): WorldNode {
    const node = this.world.nodes[index];
    assert.ok(node, `no node ${index}`);
    return node;
  }

  client(store: ServerProcess, retry: boolean): Cassadra {
    const address = store.endpoint.grpc;
    const client = connect(
      retry ? { address, timeoutMs: TRY_MS } : { address, timeoutMs: TRY_MS, retry: false },
    );
    this.#clients.push(client);
    return client;
  }

  /** An append to the stream of this scenario. */
  newAppend(expected: number, count: number, stream = this.stream): Append {
    return { stream, expected, ids: Array.from({ length: count }, () => randomUUID()) };
  }

  /** One try through one server. */
  async tryAppend(store: ServerProcess, append: Append): Promise<AppendEnd> {
    const { stream, expected, ids } = append;
    const events = ids.map((eventId) => ({ type: PRECISE_TYPE, data: eventId, eventId }));
    const client = this.client(store, false);
    try {
      await client.append(stream, events, { expected });
      return 'ok';
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return error.reason === 'VERSION_CONFLICT' ? 'conflict' : 'unknown';
    }
  }

  /** Tries it until the answer is definite. */
  async settle(store: ServerProcess, append: Append): Promise<'ok' | 'conflict'> {
    const ends: AppendEnd[] = [];
    await this.until(`${append.stream} is settled`, async () => {
      ends.push(await this.tryAppend(store, append));
      return ends.at(-1) !== 'unknown';
    });
    return ends.at(-1) === 'conflict' ? 'conflict' : 'ok';
  }

  /** Ids of the events of the stream; rejects with the server's error. */
  async read(store: ServerProcess, limit?: number): Promise<string[]> {
    const ids: string[] = [];
    const options = limit === undefined ? {} : { limit };
    for await (const event of this.client(store, true).read(this.stream, options)) {
      assert.equal(event.version, ids.length + 1);
      ids.push(String(event.data));
    }
    return ids;
  }

  async until(what: string, condition: () => Promise<boolean>): Promise<void> {
    const endMs = performance.now() + WITHIN_MS;
    while (!(await condition())) {
      if (performance.now() > endMs) assert.fail(`${what}: not within ${WITHIN_MS} ms`);
      await sleep(POLL_MS);
    }
  }

  /** Lets the next write of events be hit, on whichever node; resolves with that node. */
  async once(inside: Inside): Promise<{ readonly hit: Promise<WorldNode> }> {
    const { nodes } = this.world;
    const before = await Promise.all(nodes.map(({ switches }) => switches.acted(inside)));
    await Promise.all(nodes.map(({ switches }) => switches.once(inside)));
    const hit = async (): Promise<WorldNode> => {
      let found: WorldNode | undefined;
      await this.until(`${inside} acts`, async () => {
        const counts = await Promise.all(nodes.map(({ switches }) => switches.acted(inside)));
        found = nodes[counts.findIndex((count, index) => count > (before[index] ?? 0))];
        return found !== undefined;
      });
      await Promise.all(nodes.map(({ switches }) => switches.off(inside)));
      assert.ok(found);
      return found;
    };
    const promise = hit();
    promise.catch(() => undefined);
    return { hit: promise };
  }

  /** Everything back as it was. */
  async restore(): Promise<void> {
    const { world } = this;
    await Promise.all(this.#clients.map((client) => client.close()));
    for (const { switches } of world.nodes) {
      for (const inside of ['park-commit', 'late-propose', 'drop-commit', 'hold-view'] as const)
        await switches.off(inside);
    }
    await world.network.heal();
    await Promise.all(world.nodes.map(({ node }) => node.spawn()));
    await Promise.all(world.stores.map((store) => store.launch()));
    await world.untilReady();
  }
}
