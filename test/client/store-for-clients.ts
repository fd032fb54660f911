import type { TestContext } from 'node:test';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../src/backends/memory/index.js';
import { connect, type Cassadra, type ConnectOptions } from '../../src/client/index.js';
import type { Backend } from '../../src/storage/index.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { serve, testComponents, type StoreUnderTest } from '../wire/store-under-test.js';

/** A server whose storage outlives it, so that it can be started again at the same port. */
export class RestartableStore {
  readonly backend: Backend = openMemory(DEFAULT_MEMORY_SETTINGS, testComponents());
  #server: StoreUnderTest | undefined;
  #port = 0;

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const settings = { port: this.#port, shutdownGraceMs: 100 };
    this.#server = await serve(() => this.backend, { settings });
    this.#port = this.#server.port;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    this.#server = undefined;
  }
}

/** A server in this process, for one test. */
export async function storeFor(t: TestContext): Promise<RestartableStore> {
  const store = new RestartableStore();
  await store.start();
  t.after(async () => {
    await store.stop();
    await store.backend.close();
  });
  return store;
}

/** A link to a server that can be cut, for one test. */
export async function proxyFor(t: TestContext, store: RestartableStore): Promise<TcpProxy> {
  const proxy = new TcpProxy(store.address);
  await proxy.listen();
  t.after(() => proxy.goAway());
  return proxy;
}

/** A client for one test. */
export function clientFor(
  t: TestContext,
  address: string,
  options: Partial<ConnectOptions> = {},
): Cassadra {
  const client = connect({ address, ...options });
  t.after(() => client.close());
  return client;
}

/** Everything of an iterable. */
export async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
