import {
  eventBytes,
  MILLISECOND_BYTES_MAX,
  MILLISECOND_EVENTS_MAX,
  type NewEvent,
  type SavetimeAllocator,
} from '../../core/index.js';
import { CHECKSUM_BYTES, isSealed, seal } from './checksum.js';
import { damaged } from './errors.js';
import type { FeedPlace } from './keys.js';
import type { PlacedEvent } from './record.js';

/** Where the ledger stands in `meta`. */
export const LEDGER_KEY = Buffer.from('ledger');

/** The end of what format 1 had. */
const OWNER_END = 44;
/** With the count of rows and the checksum: no ledger of another format is as long. */
const LEDGER_BYTES = OWNER_END + 6 + CHECKSUM_BYTES;
/** Of older formats, whose programs take no ledger of another length: they write no more. */
const OLD_LEDGER_BYTES: readonly number[] = [OWNER_END, 45];
/** That of format 4 ended with a checksum, too. */
const FORMAT_4_LEDGER_BYTES = 45 + CHECKSUM_BYTES;

/** The ledger of an older format, or none, as one of this format; one of this format as it is. */
export function upgradeLedger(stored: Buffer | undefined): Buffer {
  if (stored?.length === LEDGER_BYTES) return stored;
  const isKnown =
    stored === undefined ||
    OLD_LEDGER_BYTES.includes(stored.length) ||
    isSound(stored, FORMAT_4_LEDGER_BYTES);
  if (!isKnown) throw unreadable();
  const ledger = Buffer.alloc(LEDGER_BYTES);
  stored?.copy(ledger, 0, 0, OWNER_END);
  // each event had a row of its own
  ledger.copy(ledger, OWNER_END, 0, 6);
  return seal(LEDGER_KEY, ledger);
}

function isSound(stored: Buffer, length: number): boolean {
  return stored.length === length && isSealed(LEDGER_KEY, stored);
}

function unreadable(): Error {
  return damaged('its ledger cannot be read, or is damaged');
}

/** One for each open backend: savetimes are spread by what this one remembers of its own. */
export interface Writer {
  /** 16 bytes that no other writer has. */
  readonly id: Buffer;
  readonly allocator: SavetimeAllocator;
}

/**
 * What all processes that share the data know of the end of the feed. Lives within one write
 * transaction. Positions rise by one; savetimes never fall in the order of positions.
 *
 * A writer spreads the events of a type over milliseconds by its own memory. In a millisecond
 * that a second writer enters, too, the limits of one type hold for all types together, counted
 * here: so no type gets more than they say, and a millisecond moves on at most each 500 events.
 */
export class Ledger {
  readonly #writer: Writer;
  #lastPosition = 0;
  #rows = 0;
  #lastSavetimeMs = 0;
  #closedSavetimeMs = 0;
  /** Of the millisecond `lastSavetimeMs`: who began it, whether others wrote in it, how much. */
  #owner: Buffer;
  #shared = false;
  #events = 0;
  #bytes = 0;

  constructor(stored: Buffer | undefined, writer: Writer) {
    this.#writer = writer;
    this.#owner = writer.id;
    if (stored === undefined) return;
    if (!isSound(stored, LEDGER_BYTES)) throw unreadable();
    this.#lastPosition = stored.readUIntBE(0, 6);
    this.#lastSavetimeMs = stored.readUIntBE(6, 6);
    this.#closedSavetimeMs = stored.readUIntBE(12, 6);
    this.#shared = stored.readUInt8(18) === 1;
    this.#events = stored.readUInt32BE(20);
    this.#bytes = stored.readUInt32BE(24);
    this.#owner = Buffer.from(stored.subarray(28, OWNER_END));
    this.#rows = stored.readUIntBE(OWNER_END, 6);
  }

  encode(): Buffer {
    const stored = Buffer.alloc(LEDGER_BYTES);
    stored.writeUIntBE(this.#lastPosition, 0, 6);
    stored.writeUIntBE(this.#lastSavetimeMs, 6, 6);
    stored.writeUIntBE(this.#closedSavetimeMs, 12, 6);
    stored.writeUInt8(this.#shared ? 1 : 0, 18);
    stored.writeUInt32BE(this.#events, 20);
    stored.writeUInt32BE(this.#bytes, 24);
    this.#owner.copy(stored, 28);
    stored.writeUIntBE(this.#rows, OWNER_END, 6);
    return seal(LEDGER_KEY, stored);
  }

  /** Where the last event of all stands; undefined when there is none. */
  get last(): FeedPlace | undefined {
    if (this.#lastPosition === 0) return undefined;
    return { savetimeMs: this.#lastSavetimeMs, position: this.#lastPosition };
  }

  /** How many rows of events there are. */
  get rows(): number {
    return this.#rows;
  }

  /** A row of events was written. */
  countRow(): void {
    this.#rows += 1;
  }

  /** No event will ever get this savetime or a lower one. */
  get completeSavetimeMs(): number {
    return Math.max(this.#closedSavetimeMs, this.#lastSavetimeMs - 1);
  }

  /** From now on every event gets a savetime above those there are. */
  closeLastSavetime(): void {
    this.#closedSavetimeMs = this.#lastSavetimeMs;
  }

  /** Gives the next positions and their savetimes. `nowMs` may fall: savetimes do not. */
  assign(events: readonly NewEvent[], nowMs: number): PlacedEvent[] {
    const sizes = events.map(eventBytes);
    const savetimes = this.#savetimes(events, sizes, nowMs);
    return events.map((event, index) => {
      const savetimeMs = savetimes[index] ?? this.#lastSavetimeMs;
      const bytes = sizes[index] ?? 0;
      this.#count(savetimeMs, bytes);
      this.#lastPosition += 1;
      return { event, bytes, savetimeMs, position: this.#lastPosition };
    });
  }

  #savetimes(events: readonly NewEvent[], sizes: readonly number[], nowMs: number): number[] {
    const floorMs = Math.max(nowMs, this.#lastSavetimeMs, this.#closedSavetimeMs + 1);
    const { id, allocator } = this.#writer;
    if (!this.#shared && this.#owner.equals(id)) return allocator.allocate(floorMs, events, sizes);
    if (floorMs > this.#lastSavetimeMs) return allocator.allocate(floorMs, events, sizes);
    const bytes = sizes.reduce((sum, size) => sum + size, this.#bytes);
    const fits =
      this.#events + events.length <= MILLISECOND_EVENTS_MAX && bytes <= MILLISECOND_BYTES_MAX;
    if (!fits) return allocator.allocate(floorMs + 1, events, sizes);
    this.#shared = true;
    return events.map(() => floorMs);
  }

  #count(savetimeMs: number, bytes: number): void {
    if (savetimeMs > this.#lastSavetimeMs) {
      this.#lastSavetimeMs = savetimeMs;
      this.#owner = this.#writer.id;
      this.#shared = false;
      this.#events = 0;
      this.#bytes = 0;
    }
    this.#events += 1;
    this.#bytes = Math.min(this.#bytes + bytes, 0xffff_ffff);
  }
}
