import assert from 'node:assert/strict';
import { requireUuid } from '../../../src/core/index.js';
import type { Document, DocumentChange, DocumentKey } from '../../../src/storage/index.js';
import { documentName } from './document-state.js';
import type { SimulatedServer } from './server.js';
import type { Reign, World } from './world.js';

/** Two times of servers that measure that of the nodes. */
const SKEW_MS = 200;
const KEYS: readonly DocumentKey[] = ['a', 'b', 'c'].map((id) => ({ scope: 's', id }));

interface Seen {
  readonly revision: string;
  readonly atMs: number;
}

/** What clients were told, held against what has stood in the tables. */
export class Client {
  readonly #world: World;
  readonly #servers: () => SimulatedServer;
  /** How often each change was asked for. */
  readonly #asked: Map<string, number>;
  readonly #known: Document[] = [];
  /** Changes of documents that stay: when they were decided and acknowledged. */
  readonly #acknowledged: { readonly decidedMs: number; readonly toldMs: number }[] = [];
  readonly #seen: Seen[] = [];

  constructor(world: World, servers: () => SimulatedServer, asked: Map<string, number>) {
    this.#world = world;
    this.#servers = servers;
    this.#asked = asked;
  }

  async run(steps: number): Promise<void> {
    const { draws, time } = this.#world;
    for (let step = 0; step < steps; step += 1) {
      await time.sleep(draws.skewed(0, 800));
      const server = this.#servers();
      // whoever asks a server that dies hears nothing more
      await Promise.race([this.#step(server).catch(rethrowBugs), server.gone]);
    }
  }

  async #step(server: SimulatedServer): Promise<void> {
    const { draws } = this.#world;
    if (draws.chance(0.15)) return this.#look(server);
    const key = draws.pick(KEYS);
    const found = await server.documents.find(key);
    const stale = this.#known.filter((document) => document.key.id === key.id);
    const from = stale.length > 0 && draws.chance(0.1) ? draws.pick(stale) : found;
    const to = draws.chance(0.35) ? undefined : this.#newDocument(key, from);
    if (to !== undefined) this.#known.push(to);
    let outcome = await this.#change(server, { key, from, to });
    while (outcome === 'unknown' && draws.chance(0.5)) {
      outcome = await this.#change(this.#servers(), { key, from, to });
    }
    if (outcome === 'changed' && draws.chance(0.3)) await this.#listed(server, key);
  }

  #newDocument(key: DocumentKey, from: Document | undefined): Document {
    const { draws, trueMs } = this.#world;
    const change = requireUuid(draws.uuid());
    const expiresMs = draws.chance(0.3)
      ? trueMs + Math.round(draws.skewed(-500, 4_000_000))
      : draws.chance(0.3)
        ? from?.expiresMs
        : undefined;
    return { key, change, content: `"${change}"`, expiresMs };
  }

  async #change(server: SimulatedServer, change: DocumentChange): Promise<string> {
    const { draws, time } = this.#world;
    const { key, from, to } = change;
    const before = await server.documents.revision(key.scope);
    const beganMs = this.#world.trueMs;
    if (to) this.#asked.set(to.change, (this.#asked.get(to.change) ?? 0) + 1);
    const ended = new AbortController();
    if (draws.chance(0.1)) time.after(draws.skewed(0, 3_000), () => ended.abort());
    const outcome = await server.documents.change(change, ended.signal);
    this.#world.count(outcome.kind);
    if (outcome.kind !== 'changed') return outcome.kind;
    const toldMs = this.#world.trueMs;
    if (to === undefined) {
      // else nothing is written, and a creation that nobody was told of may not be seen yet
      if (from === undefined || (from.expiresMs ?? Infinity) <= toldMs + SKEW_MS) return 'changed';
      const isGone = this.#reigns(key, beganMs).some(
        ({ row }) => row?.content === undefined || (row.expiresMs ?? Infinity) <= toldMs + SKEW_MS,
      );
      assert.ok(isGone, 'a removal leaves nothing');
    } else {
      const decided = this.#world.reignsOf(key).find(({ row }) => row?.change === to.change);
      assert.ok(decided, 'what was acknowledged has been written');
      if (to.expiresMs === undefined || (from && from.expiresMs === undefined)) {
        this.#acknowledged.push({ decidedMs: decided.fromMs, toldMs });
        const after = await server.documents.revision(key.scope);
        assert.notEqual(after, before, 'the revision says so');
      }
    }
    return outcome.kind;
  }

  /** The rows of a key since a moment, that of the moment first. */
  #reigns(key: DocumentKey, sinceMs: number): Reign[] {
    const reigns = this.#world.reignsOf(key);
    const first = reigns.findLastIndex(({ fromMs }) => fromMs <= sinceMs);
    return first === -1 ? [{ fromMs: 0, row: undefined }, ...reigns] : reigns.slice(first);
  }

  #visible(key: DocumentKey): Reign['row'] {
    const { documents, trueMs } = this.#world;
    return documents.register(documentName(key), trueMs).visible;
  }

  /** A key with a document all the time is in a list, with one of those. */
  async #listed(server: SimulatedServer, key: DocumentKey): Promise<void> {
    const beganMs = this.#world.trueMs;
    const { documents, next } = await server.documents.list({
      ...{ scope: key.scope, prefix: '', after: undefined, limit: 10 },
    });
    assert.equal(next, undefined);
    const ids = documents.map(({ key: { id } }) => id);
    assert.deepEqual(ids, [...new Set(ids)].sort(), 'in order, each once');
    const reigns = this.#reigns(key, beganMs);
    const endMs = this.#world.trueMs;
    const isThere = reigns.every(
      ({ row }) => row?.content !== undefined && (row.expiresMs ?? Infinity) > endMs + SKEW_MS,
    );
    if (isThere && this.#visible(key) === reigns.at(-1)?.row) {
      this.#world.count('listed');
      assert.ok(ids.includes(key.id), `${key.id} is listed`);
    }
  }

  /** One who keeps what he read while the revision is the same misses nothing acknowledged. */
  async #look(server: SimulatedServer): Promise<void> {
    const atMs = this.#world.trueMs;
    const revision = await server.documents.revision('s');
    const earlier = this.#seen.find((seen) => seen.revision === revision);
    this.#seen.push({ revision, atMs: this.#world.trueMs });
    if (earlier === undefined) return;
    this.#world.count('same revision');
    const missed = this.#acknowledged.find(
      ({ decidedMs, toldMs }) => decidedMs > earlier.atMs && toldMs < atMs,
    );
    assert.equal(missed, undefined, 'no acknowledged change between equal revisions');
  }
}

/** Reads may fail; a promise that is broken is no failure of the storage. */
function rethrowBugs(error: unknown): void {
  const isOfStorage = error instanceof Error && 'code' in error && error.code === 'UNAVAILABLE';
  if (!isOfStorage) throw error;
}
