import type { Uuid } from '../../../core/index.js';
import {
  hasExpired,
  type Document,
  type DocumentChange,
  type DocumentKey,
  type DocumentOutcome,
} from '../../../storage/index.js';
import { Undecided, type DoubtfulWrite } from '../doubt-resolver.js';
import { writeFailure } from '../errors.js';
import type { DocumentRow, DocumentTables, DocumentWrite } from './document-tables.js';

/**
 * What is removed or has expired keeps its row for longer than any request can be under way: the
 * late try of a creation, which expects an empty place, must not bring a removed document back.
 */
const VACANT_MS = 600_000;
/** Listings of documents that expire last to a full hour, so that few changes need another one. */
const LISTING_STEP_MS = 3_600_000;
/** The place was found empty and was not as it was found, so often in a row. */
const STARTS_MAX = 5;

export type Settled = Exclude<DocumentOutcome, { kind: 'unknown' }>;

/** The document of a row; undefined where none is, or no longer. */
export function documentOf(
  key: DocumentKey,
  row: DocumentRow | undefined,
  nowMs: number,
): Document | undefined {
  if (row?.content === undefined || hasExpired(row, nowMs)) return undefined;
  const { change, content, expiresMs } = row;
  return { key, change, content, expiresMs };
}

interface Parts {
  readonly tables: DocumentTables;
  readonly nowMs: () => number;
  readonly newUuid: () => Uuid;
}

/**
 * One change on its way. A document that is new, or is to be listed for another time, gets a
 * listing first, under a name that only this run knows and its row takes over. So whoever tidies
 * up removes a name that no row has any more, whatever else happens to the document meanwhile.
 */
export class DocumentChangeRun implements DoubtfulWrite<Settled> {
  readonly #parts: Parts;
  readonly #change: DocumentChange;
  /** Of the row that it makes; a removal has a name, too. */
  readonly #name: Uuid;
  /** The listing that this run has written, or tried to. */
  #listing: Uuid | undefined;
  #before: DocumentRow | undefined;
  #write: DocumentWrite | undefined;
  /** By this run, or perhaps another run of the same change. */
  #applied = false;
  #inDoubt = false;

  constructor(parts: Parts, change: DocumentChange) {
    this.#parts = parts;
    this.#change = change;
    this.#name = change.to?.change ?? parts.newUuid();
  }

  async send(attempt: number): Promise<Settled | undefined> {
    for (let start = 1; ; start += 1) {
      if (this.#write === undefined) {
        const settled = await this.#begin();
        if (settled !== undefined) return settled;
      }
      const settled = await this.#sent(attempt);
      if (settled !== 'elsewhere') return settled;
      if (start === STARTS_MAX) return { kind: 'differs', current: undefined };
      this.#write = undefined;
    }
  }

  async look(): Promise<Settled | undefined> {
    const row = await this.#read('serial');
    if (row?.change === this.#name) return { kind: 'changed' };
    return row?.change === this.#write?.expected ? undefined : this.#settledBy(row);
  }

  /** Listings that no row has, or will have; once the outcome is definite. */
  leftListings(changed: boolean): Uuid[] {
    const { from } = this.#change;
    const left: Uuid[] = [];
    const ownIsLost = !this.#applied && !this.#inDoubt;
    if (ownIsLost && this.#listing !== undefined) left.push(this.#listing);
    // what was read may be older than what was replaced: then its listing is not known
    const before = this.#before?.change === from?.change ? this.#before : undefined;
    const isReplaced = this.#write?.listing !== undefined && changed;
    if (isReplaced && before?.listing !== undefined) left.push(before.listing);
    return left;
  }

  /** Reads what has to be known, and writes the listing. Answers when there is nothing to send. */
  async #begin(): Promise<Settled | undefined> {
    const { from, to } = this.#change;
    const nowMs = this.#parts.nowMs();
    const keepsListing = from !== undefined && listedUntilMs(from) === listedUntilMs(to);
    if (!keepsListing || hasExpired(from, nowMs)) {
      this.#before = await this.#read('latest');
      const settled = this.#settledBefore(this.#before, nowMs);
      if (settled !== undefined) return settled;
    }
    this.#write = this.#writeOf(keepsListing ? undefined : await this.#listed(nowMs), nowMs);
    return undefined;
  }

  /** Whether what stands there leaves nothing to be done. */
  #settledBefore(before: DocumentRow | undefined, nowMs: number): Settled | undefined {
    const { from, to } = this.#change;
    if (before?.change === this.#name) return { kind: 'changed' };
    const isFree = documentOf(this.#change.key, before, nowMs) === undefined;
    const isPossible = from === undefined ? isFree && to !== undefined : !hasExpired(from, nowMs);
    return isPossible ? undefined : this.#settledBy(before);
  }

  /** A removed one has no listing: the name of its change stands there until its row vanishes. */
  async #listed(nowMs: number): Promise<Uuid> {
    const { key, to } = this.#change;
    if (to === undefined) return this.#name;
    this.#listing ??= this.#parts.newUuid();
    const ttl = ttlMs(listedUntilMs(to), nowMs);
    await this.#parts.tables.listings.write(key, this.#listing, ttl);
    return this.#listing;
  }

  #writeOf(listing: Uuid | undefined, nowMs: number): DocumentWrite {
    const { key, from, to } = this.#change;
    return {
      key,
      expected: from === undefined ? this.#before?.change : from.change,
      change: this.#name,
      content: to?.content,
      expiresMs: to?.expiresMs,
      listing,
      ttlMs: ttlMs(endMs(to), nowMs),
    };
  }

  /** One statement; undefined: in doubt. `elsewhere`: the place is empty in another way. */
  async #sent(attempt: number): Promise<Settled | 'elsewhere' | undefined> {
    if (this.#write === undefined) return undefined;
    let answer;
    try {
      answer = await this.#parts.tables.rows.write(this.#write, attempt);
    } catch (error) {
      if (writeFailure(error) !== 'undecided') throw error;
      this.#inDoubt = true;
      return undefined;
    }
    if (answer.kind === 'applied' || answer.change === this.#name) {
      this.#applied = true;
      return { kind: 'changed' };
    }
    try {
      const isNew = this.#change.from === undefined;
      const row = await this.#read(isNew ? 'serial' : 'latest');
      const settled = this.#settledBy(row);
      // in doubt, it may have been stored and removed since: that is not to be undone
      if (!isNew || this.#inDoubt || settled.kind !== 'differs') return settled;
      return settled.current === undefined ? 'elsewhere' : settled;
    } catch (error) {
      // not written by this try, but an earlier one may have been
      throw new Undecided(error);
    }
  }

  /** By a row that is neither as it has to be for this change, nor as it is left by it. */
  #settledBy(row: DocumentRow | undefined): Settled {
    const current = this.#documentOf(row);
    const isGone = current === undefined && this.#change.to === undefined;
    return isGone ? { kind: 'changed' } : { kind: 'differs', current };
  }

  #documentOf(row: DocumentRow | undefined): Document | undefined {
    return documentOf(this.#change.key, row, this.#parts.nowMs());
  }

  #read(level: 'latest' | 'serial'): Promise<DocumentRow | undefined> {
    return this.#parts.tables.rows.read(this.#change.key, level);
  }
}

/** When a document is over; one that is removed is at once. */
function endMs(document: Document | undefined): number {
  return document === undefined ? 0 : (document.expiresMs ?? Infinity);
}

function listedUntilMs(document: Document | undefined): number {
  return Math.ceil(endMs(document) / LISTING_STEP_MS) * LISTING_STEP_MS;
}

/** Undefined: for ever. */
function ttlMs(untilMs: number, nowMs: number): number | undefined {
  return untilMs === Infinity ? undefined : Math.max(0, untilMs - nowMs) + VACANT_MS;
}
