import type {
  DocumentListings,
  DocumentRevisions,
  DocumentRow,
  DocumentRows,
  DocumentTables,
  DocumentWrite,
} from '../../../src/backends/cassandra/index.js';
import type { Uuid } from '../../../src/core/index.js';
import type { Draws, VirtualTime } from '../../../src/runtime/index.js';
import type { DocumentKey } from '../../../src/storage/index.js';
import { documentName, put, stands, type DocumentState } from './document-state.js';

type Answer = Awaited<ReturnType<DocumentRows['write']>>;

export interface Call<Answer> {
  readonly name: string;
  readonly kind: 'read' | 'write' | 'conditional';
  /** `doubtful`: nobody hears of it. */
  readonly apply: (doubtful: boolean) => Answer;
  /** For a history. */
  readonly about?: () => string;
}

/** The way of one server to Cassandra. */
export interface Way {
  call<Answer>(call: Call<Answer>): Promise<Answer>;
  /** The time that its driver gives to a write: always later than the one before. */
  nextStamp(): number;
}

/** Of any simulation that has documents. */
export interface DocumentWorld {
  readonly documents: DocumentState;
  readonly draws: Draws;
  readonly time: VirtualTime;
  /** As a true clock shows it. */
  readonly trueMs: number;
  decided(key: DocumentKey, row: DocumentRow): void;
}

/** How often a decided write whose answer was lost is not committed everywhere yet. */
const HALF_COMMITTED = 0.4;
const COMMIT_MAX_MS = 3_000;

/** The tables of documents, as one server reaches them. Scopes and ids are ASCII here. */
export class SimulatedDocumentTables implements DocumentTables {
  readonly rows: DocumentRows;
  readonly listings: DocumentListings;
  readonly revisions: DocumentRevisions;

  constructor(world: DocumentWorld, way: Way) {
    this.rows = rowsOf(world, way);
    this.listings = listingsOf(world, way);
    this.revisions = revisionsOf(world, way);
  }
}

function rowsOf(world: DocumentWorld, way: Way): DocumentRows {
  return {
    read: (key, level) =>
      way.call({
        name: level === 'serial' ? 'document serial' : 'document read',
        kind: 'read',
        apply: () => {
          const register = world.documents.register(documentName(key), world.trueMs);
          if (level === 'serial') register.visible = register.decided;
          return register.visible;
        },
      }),
    write: (write) =>
      way.call({
        name: 'document',
        kind: 'conditional',
        about: () => `${JSON.stringify(write.key)} ${write.content ?? 'removed'}`,
        apply: (doubtful) => applied(world, write, doubtful),
      }),
  };
}

function applied(world: DocumentWorld, write: DocumentWrite, doubtful: boolean): Answer {
  const { key, expected, change, content, expiresMs, listing, ttlMs } = write;
  const register = world.documents.register(documentName(key), world.trueMs);
  const before = register.decided;
  register.visible = before;
  if (before?.change !== expected) return { kind: 'differs', change: before?.change };
  const row: DocumentRow = { change, content, expiresMs, listing: listing ?? before?.listing };
  register.decided = row;
  register.expiresMs = world.trueMs + ttlOf(ttlMs);
  if (!doubtful || !world.draws.chance(HALF_COMMITTED)) register.visible = row;
  else {
    world.time.after(world.draws.between(1, COMMIT_MAX_MS), () => {
      if (register.decided === row) register.visible = row;
    });
  }
  world.decided(key, row);
  return { kind: 'applied' };
}

function listingsOf(world: DocumentWorld, way: Way): DocumentListings {
  const { listings } = world.documents;
  const write = (key: DocumentKey, listing: Uuid, value: string | undefined, ttlMs?: number) => {
    const stamp = way.nextStamp();
    return way.call({
      name: value === undefined ? 'document unlisting' : 'document listing',
      kind: 'write',
      apply: () => {
        const expiresMs = world.trueMs + ttlOf(ttlMs);
        put(listings, `${documentName(key)}\0${listing}`, { value, stamp, expiresMs });
      },
    });
  };
  return {
    write: (key, listing, ttlMs) => write(key, listing, key.id, ttlMs),
    remove: (key, listing) => write(key, listing, undefined),
    readIds: ({ scope, id, inclusive, limit }) =>
      way.call({
        name: 'documents listed',
        kind: 'read',
        apply: () =>
          [...listings]
            .filter(([name, cell]) => name.startsWith(`${scope}\0`) && stands(cell, world.trueMs))
            .flatMap(([, { value }]) => value ?? [])
            .filter((value) => value > id || (inclusive && value === id))
            .sort()
            .slice(0, limit),
      }),
  };
}

function revisionsOf({ documents: { revisions } }: DocumentWorld, way: Way): DocumentRevisions {
  return {
    write: (scope, writer, revision) => {
      const stamp = way.nextStamp();
      const cell = { value: revision, stamp, expiresMs: Infinity };
      return way.call({
        name: 'revision',
        kind: 'write',
        apply: () => put(revisions, `${scope}\0${writer}`, cell),
      });
    },
    read: (scope) =>
      way.call({
        name: 'revisions read',
        kind: 'read',
        apply: () =>
          [...revisions]
            .filter(([name]) => name.startsWith(`${scope}\0`))
            .sort(([left], [right]) => (left < right ? -1 : 1))
            .flatMap(([, { value }]) => value ?? []),
      }),
  };
}

/** Seconds, as Cassandra has them. Undefined: for ever. */
function ttlOf(ttlMs: number | undefined): number {
  return ttlMs === undefined ? Infinity : Math.max(1, Math.ceil(ttlMs / 1_000)) * 1_000;
}
