import type { Uuid } from '../../core/index.js';

/** Where event ids stand in a stream. Reuse outside the window is legal: one may stand twice. */
export class EventIdIndex {
  readonly #versions = new Map<Uuid, number[]>();
  #size = 0;

  add(eventId: Uuid | undefined, version: number): void {
    if (eventId === undefined) return;
    const versions = this.#versions.get(eventId);
    if (versions?.includes(version) === true) return;
    this.#size += 1;
    if (versions === undefined) this.#versions.set(eventId, [version]);
    else versions.push(version);
  }

  /** The version from `from` to `to`, both included, at which the id stands. */
  find(eventId: Uuid, from: number, to: number): number | undefined {
    return this.#versions.get(eventId)?.find((version) => version >= from && version <= to);
  }

  /** Drops everything below `version`. */
  forgetBelow(version: number): void {
    for (const [eventId, versions] of this.#versions) {
      const kept = versions.filter((at) => at >= version);
      this.#size -= versions.length - kept.length;
      if (kept.length === 0) this.#versions.delete(eventId);
      else this.#versions.set(eventId, kept);
    }
  }

  get size(): number {
    return this.#size;
  }
}
