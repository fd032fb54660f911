import { eventBytes, type NewEvent, type TypeCode } from './event.js';

/**
 * How much of one type may share a millisecond, so that a page that ends at whole milliseconds
 * always fits the 4 MiB that gRPC clients accept by default.
 */
export const MILLISECOND_EVENTS_MAX = 500;
export const MILLISECOND_BYTES_MAX = 1_048_576;

const MILLISECONDS_KEPT = 8_192;

interface Usage {
  events: number;
  bytes: number;
}

/**
 * Gives savetimes to appends: never below `floorMs`, never falling within an append, and never
 * more of one type in a millisecond than the limits above, over all appends of this process.
 */
export class SavetimeAllocator {
  readonly #usage = new Map<number, Map<TypeCode, Usage>>();

  /** One savetime (ms since the epoch) for each event, not falling. `sizes`: their eventBytes. */
  allocate(
    floorMs: number,
    events: readonly NewEvent[],
    sizes: readonly number[] = events.map(eventBytes),
  ): number[] {
    this.#forgetOldest();
    let savetimeMs = floorMs;
    return events.map(({ type }, index) => {
      while (!this.#take(savetimeMs, type, sizes[index] ?? 0)) savetimeMs += 1;
      return savetimeMs;
    });
  }

  #take(savetimeMs: number, type: TypeCode, bytes: number): boolean {
    const usage = this.#usageOf(savetimeMs, type);
    const full =
      usage.events >= MILLISECOND_EVENTS_MAX || usage.bytes + bytes > MILLISECOND_BYTES_MAX;
    if (full && usage.events > 0) return false;
    usage.events += 1;
    usage.bytes += bytes;
    return true;
  }

  #usageOf(savetimeMs: number, type: TypeCode): Usage {
    let types = this.#usage.get(savetimeMs);
    if (types === undefined) {
      types = new Map();
      this.#usage.set(savetimeMs, types);
    }
    let usage = types.get(type);
    if (usage === undefined) {
      usage = { events: 0, bytes: 0 };
      types.set(type, usage);
    }
    return usage;
  }

  /** Streams ahead of the clock make floors fall and rise, so age is the order of first use. */
  #forgetOldest(): void {
    if (this.#usage.size <= MILLISECONDS_KEPT) return;
    for (const savetimeMs of this.#usage.keys()) {
      if (this.#usage.size <= MILLISECONDS_KEPT / 2) return;
      this.#usage.delete(savetimeMs);
    }
  }
}
