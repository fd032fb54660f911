import type { DocumentTables } from '../../../src/backends/cassandra/index.js';
import { requireUuid, type Uuid } from '../../../src/core/index.js';
import type { DocumentKey } from '../../../src/storage/index.js';
import { documentName } from './document-state.js';
import type { Link } from './link.js';
import type { SimulatedProcess } from './process.js';
import { trueMs, type World } from './world.js';

type Rows = DocumentTables['rows'];
type Row = NonNullable<Awaited<ReturnType<Rows['read']>>>;
type Write = Parameters<Rows['write']>[0];
type Answer = Awaited<ReturnType<Rows['write']>>;

/** How often a decided write whose answer was lost is not committed everywhere yet. */
const HALF_COMMITTED = 0.4;
const COMMIT_MAX_MS = 3_000;

/** The tables of documents, as one process reaches them. Scopes and ids are ASCII here. */
export function documentTablesOf(
  world: World,
  process: SimulatedProcess,
  link: Link,
): DocumentTables {
  return {
    rows: rowsOf(world, link),
    listings: listingsOf(world, process, link),
    revisions: revisionsOf(world, process, link),
  };
}

function rowsOf(world: World, link: Link): Rows {
  const { documents } = world.rows;
  return {
    read: (key, level) =>
      link.call({
        name: level === 'serial' ? 'document serial' : 'document read',
        kind: 'read',
        apply: () => {
          const register = documents.register(documentName(key), trueMs(world));
          if (level === 'serial') register.visible = register.decided;
          return register.visible;
        },
      }),
    write: (write) => {
      let doubtful = false;
      return link.call({
        name: 'document',
        kind: 'conditional',
        about: () => `${JSON.stringify(write.key)} ${write.content ?? 'removed'}`,
        onDoubt: () => {
          doubtful = true;
        },
        apply: () => applied(world, write, doubtful),
      });
    },
  };
}

function applied(world: World, write: Write, doubtful: boolean): Answer {
  const { key, expected, change, content, expiresMs, listing, ttlMs } = write;
  const { documents } = world.rows;
  const name = documentName(key);
  const register = documents.register(name, trueMs(world));
  const before = register.decided;
  register.visible = before;
  if (before?.change !== expected) return { kind: 'differs', change: before?.change };
  const row: Row = { change, content, expiresMs, listing: listing ?? before?.listing };
  register.decided = row;
  register.expiresMs = trueMs(world) + ttlOf(ttlMs);
  if (!doubtful || !world.draws.chance(HALF_COMMITTED)) register.visible = row;
  else {
    world.time.after(world.draws.between(1, COMMIT_MAX_MS), () => {
      if (register.decided === row) register.visible = row;
    });
  }
  const journal = documents.journal.get(name) ?? [];
  documents.journal.set(name, journal);
  journal.push({ content, atMs: world.time.nowMs });
  world.promises.documentDecided(key, journal);
  return { kind: 'applied' };
}

function listingsOf(
  world: World,
  process: SimulatedProcess,
  link: Link,
): DocumentTables['listings'] {
  const { documents } = world.rows;
  const put = (key: DocumentKey, listing: Uuid, value: string | undefined, ttlMs?: number) => {
    const stamp = process.stamp();
    return link.call({
      name: value === undefined ? 'document unlisting' : 'document listing',
      kind: 'write',
      apply: () => {
        const expiresMs = trueMs(world) + ttlOf(ttlMs);
        const name = `${documentName(key)}\0${listing}`;
        documents.put(documents.listings, name, { value, stamp, expiresMs });
      },
    });
  };
  return {
    write: (key, listing, ttlMs) => put(key, listing, key.id, ttlMs),
    remove: (key, listing) => put(key, listing, undefined),
    readIds: ({ scope, id, inclusive, limit }) =>
      link.call({
        name: 'documents listed',
        kind: 'read',
        apply: () =>
          [...documents.listings]
            .filter(([name, { expiresMs }]) => {
              return name.startsWith(`${scope}\0`) && expiresMs > trueMs(world);
            })
            .flatMap(([, { value }]) => value ?? [])
            .filter((value) => value > id || (inclusive && value === id))
            .sort()
            .slice(0, limit),
      }),
  };
}

function revisionsOf(
  world: World,
  process: SimulatedProcess,
  link: Link,
): DocumentTables['revisions'] {
  const { documents } = world.rows;
  return {
    write: (scope, server, revision) => {
      const stamp = process.stamp();
      const cell = { value: revision, stamp, expiresMs: Infinity };
      return link.call({
        name: 'revision',
        kind: 'write',
        apply: () => documents.put(documents.revisions, `${scope}\0${server}`, cell),
      });
    },
    read: (scope) =>
      link.call({
        name: 'revisions read',
        kind: 'read',
        apply: () =>
          [...documents.revisions]
            .filter(([name]) => name.startsWith(`${scope}\0`))
            .sort(([left], [right]) => (left < right ? -1 : 1))
            .map(([, { value }]) => requireUuid(value ?? '')),
      }),
  };
}

/** Seconds, as Cassandra has them. Undefined: for ever. */
function ttlOf(ttlMs: number | undefined): number {
  return ttlMs === undefined ? Infinity : Math.max(1, Math.ceil(ttlMs / 1_000)) * 1_000;
}
