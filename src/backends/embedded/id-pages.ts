import { type Uuid, uuidAt } from '../../core/index.js';
import { CHECKSUM_BYTES, isSealed, seal } from './checksum.js';
import { eventMissing } from './errors.js';
import { eventKey } from './keys.js';
import type { Tables } from './schema.js';
import { blocksOf, versionsOf } from './stream-blocks.js';
import { UUID_BYTES, uuidBytes } from './uuid-bytes.js';

/** Versions of a page, and bytes of their ids: such a row fits into a page of LMDB with others. */
const PAGE_VERSIONS = 32;
const PAGE_BYTES = PAGE_VERSIONS * UUID_BYTES;
const ROW_BYTES = PAGE_BYTES + CHECKSUM_BYTES;

/** The ids of some pages, one behind the other. */
interface Pages {
  readonly first: number;
  readonly last: number;
  readonly ids: Buffer;
}

/**
 * Where event ids stand in a stream. Their blocks say so; what has been looked up is kept in rows
 * of `id_pages`, each of 32 versions that are all there: such a row never changes, and one that is
 * missing or damaged is made again. To be used within one write transaction, while the stream
 * stays as it is.
 */
export class IdPages {
  readonly #tables: Tables;
  readonly #stream: Buffer;
  readonly #currentVersion: number;
  /** Events of one append, and appends of one request, are mostly looked for in the same range. */
  #known: Pages | undefined;

  constructor(tables: Tables, stream: Buffer, currentVersion: number) {
    this.#tables = tables;
    this.#stream = stream;
    this.#currentVersion = currentVersion;
  }

  /** The lowest version from `from` to `to`, at most the current one, at which the id stands. */
  find(eventId: Uuid, from: number, to: number): number | undefined {
    const { first, ids } = this.#pages(pageOf(from), pageOf(to));
    const base = first * PAGE_VERSIONS + 1;
    const wanted = uuidBytes(eventId);
    let at = ids.indexOf(wanted, (from - base) * UUID_BYTES);
    while (at !== -1 && at % UUID_BYTES !== 0) at = ids.indexOf(wanted, at + 1);
    const version = base + at / UUID_BYTES;
    return at === -1 || version > to ? undefined : version;
  }

  #pages(first: number, last: number): Pages {
    if (this.#known?.first === first && this.#known.last === last) return this.#known;
    const pages: Buffer[] = [];
    for (let page = first; page <= last; page += 1) pages.push(this.#page(page));
    const known = { first, last, ids: Buffer.concat(pages) };
    this.#known = known;
    return known;
  }

  #page(page: number): Buffer {
    const from = page * PAGE_VERSIONS + 1;
    const to = from + PAGE_VERSIONS - 1;
    if (to > this.#currentVersion) return this.#idsIn(from, this.#currentVersion);
    const key = eventKey(this.#stream, to);
    const stored = this.#tables.idPages.getBinary(key);
    if (stored?.length === ROW_BYTES && isSealed(key, stored))
      return stored.subarray(0, PAGE_BYTES);
    const ids = this.#idsIn(from, to);
    const row = Buffer.allocUnsafe(ROW_BYTES);
    ids.copy(row);
    this.#tables.idPages.putSync(key, seal(key, row));
    return ids;
  }

  /** Throws STREAM_CORRUPT: of an event that is missing nobody knows what its id was. */
  #idsIn(from: number, to: number): Buffer {
    const ids = Buffer.alloc((to - from + 1) * UUID_BYTES);
    let next = from;
    const span = { from, to };
    for (const block of blocksOf(this.#tables, this.#stream, span)) {
      for (const version of versionsOf(block, span)) {
        if (version !== next) throw this.#missing(next);
        block.eventIdOf(version).copy(ids, (version - from) * UUID_BYTES);
        next += 1;
      }
    }
    if (next <= to) throw this.#missing(next);
    return ids;
  }

  #missing(version: number): Error {
    return eventMissing(uuidAt(this.#stream), version);
  }
}

function pageOf(version: number): number {
  return Math.floor((version - 1) / PAGE_VERSIONS);
}
