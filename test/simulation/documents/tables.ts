import type {
  DocumentListings,
  DocumentRevisions,
  DocumentRow,
  DocumentRows,
  DocumentTables,
  DocumentWrite,
  ListingSpan,
} from '../../../src/backends/cassandra/index.js';
import type { Uuid } from '../../../src/core/index.js';
import type { DocumentKey } from '../../../src/storage/index.js';
import { nameOf, type Cell, type World } from './world.js';

type Answer = Awaited<ReturnType<DocumentRows['write']>>;

export interface Call<Answer> {
  readonly name: string;
  readonly kind: 'read' | 'write';
  /** `doubtful`: nobody hears of it. */
  readonly apply: (doubtful: boolean) => Answer;
}

/** The way of one server to Cassandra. */
export interface Way {
  call<Answer>(call: Call<Answer>): Promise<Answer>;
  /** The time that its driver gives to a write: always later than the one before. */
  nextStamp(): number;
}

/** How often a decided write whose answer was lost is not committed everywhere yet. */
const HALF_COMMITTED = 0.5;
const COMMIT_MAX_MS = 3_000;

/** The tables of documents, as one server reaches them. Scopes and ids are ASCII without blanks. */
export class SimulatedDocumentTables implements DocumentTables {
  readonly rows: DocumentRows;
  readonly listings: DocumentListings;
  readonly revisions: DocumentRevisions;

  constructor(world: World, way: Way) {
    this.rows = rowsOf(world, way);
    this.listings = listingsOf(world, way);
    this.revisions = revisionsOf(world, way);
  }
}

function rowsOf(world: World, way: Way): DocumentRows {
  return {
    read: (key, level) =>
      way.call({
        name: level,
        kind: 'read',
        apply: () => {
          const register = world.register(key);
          if (level === 'serial') register.visible = register.decided;
          return register.visible;
        },
      }),
    write: (write) =>
      way.call({
        name: 'document',
        kind: 'write',
        apply: (doubtful) => applied(world, write, doubtful),
      }),
  };
}

function applied(world: World, write: DocumentWrite, doubtful: boolean): Answer {
  const { key, expected, change, content, expiresMs, listing, ttlMs } = write;
  const register = world.register(key);
  const before = register.decided;
  register.visible = before;
  if (before?.change !== expected) return { kind: 'differs', change: before?.change };
  const row: DocumentRow = { change, content, expiresMs, listing: listing ?? before?.listing };
  register.decided = row;
  register.expiresMs = world.trueMs + seconds(ttlMs);
  world.decide(key, row);
  if (!doubtful || !world.draws.chance(HALF_COMMITTED)) register.visible = row;
  world.time.after(world.draws.between(1, COMMIT_MAX_MS), () => {
    if (register.decided === row) register.visible = row;
  });
  return { kind: 'applied' };
}

function listingsOf(world: World, way: Way): DocumentListings {
  const put = (key: DocumentKey, listing: Uuid, value: string | undefined, ttlMs?: number) => {
    const stamp = way.nextStamp();
    return way.call({
      name: value === undefined ? 'listing removal' : 'listing',
      kind: 'write',
      apply: () => {
        const name = `${nameOf(key)} ${listing}`;
        write(world.listings, name, { value, stamp, expiresMs: world.trueMs + seconds(ttlMs) });
      },
    });
  };
  return {
    write: (key, listing, ttlMs) => put(key, listing, key.id, ttlMs),
    remove: (key, listing) => put(key, listing, undefined),
    readIds: ({ scope, id, inclusive, limit }: ListingSpan) =>
      way.call({
        name: 'listings',
        kind: 'read',
        apply: () =>
          [...world.listings]
            .filter(([name, cell]) => name.startsWith(`${scope} `) && stands(world, cell))
            .map(([, { value = '' }]) => value)
            .filter((value) => value > id || (inclusive && value === id))
            .sort()
            .slice(0, limit),
      }),
  };
}

function revisionsOf(world: World, way: Way): DocumentRevisions {
  return {
    write: (scope, writer, revision) => {
      const stamp = way.nextStamp();
      return way.call({
        name: 'revision',
        kind: 'write',
        apply: () => {
          const name = `${scope} ${writer}`;
          write(world.revisions, name, { value: revision, stamp, expiresMs: Infinity });
        },
      });
    },
    read: (scope) =>
      way.call({
        name: 'revisions',
        kind: 'read',
        apply: () =>
          [...world.revisions]
            .filter(([name]) => name.startsWith(`${scope} `))
            .sort(([left], [right]) => (left < right ? -1 : 1))
            .flatMap(([, { value }]) => value ?? []),
      }),
  };
}

function write<Value>(table: Map<string, Cell<Value>>, name: string, cell: Cell<Value>): void {
  const before = table.get(name);
  if (before === undefined || before.stamp < cell.stamp) table.set(name, cell);
}

export function stands<Value>(world: World, cell: Cell<Value>): boolean {
  return cell.value !== undefined && cell.expiresMs > world.trueMs;
}

function seconds(ttlMs: number | undefined): number {
  return ttlMs === undefined ? Infinity : Math.max(1, Math.ceil(ttlMs / 1_000)) * 1_000;
}
