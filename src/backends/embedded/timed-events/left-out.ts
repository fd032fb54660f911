import { PassedRanges, type IdRange } from './passed-ranges.js';

/** More parts than this become one: then some of it is looked at in vain. */
const PARTS_MAX = 16;

/** Where entries of an application stand that was left out. */
export interface LeftPart {
  /** As `applicationOfId` has it. */
  readonly application: string;
  readonly part: IdRange;
}

/**
 * Where the scan has passed over entries of applications that were not wanted, so that they are
 * found once they are. Some ranges an application, however many entries.
 */
export class LeftOut {
  readonly #parts = new Map<string, PassedRanges>();

  add(application: string, range: IdRange): void {
    const parts = this.#parts.get(application) ?? new PassedRanges();
    this.#parts.set(application, parts);
    parts.add(range);
    if (parts.size > PARTS_MAX) parts.join();
  }

  /** It was looked at. */
  remove(application: string, range: IdRange): void {
    const parts = this.#parts.get(application);
    parts?.remove(range);
    if (parts?.size === 0) this.#parts.delete(application);
  }

  /** The first part within a range of each application that is wanted now. */
  wanted(range: IdRange, without: ReadonlySet<string>): readonly LeftPart[] {
    const found: LeftPart[] = [];
    for (const [application, parts] of this.#parts) {
      if (without.has(application)) continue;
      const part = parts.firstPart(range);
      if (part !== undefined) found.push({ application, part });
    }
    return found;
  }

  clear(): void {
    this.#parts.clear();
  }
}
