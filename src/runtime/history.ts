import { createHash } from 'node:crypto';

/** What happened, line by line: the same for the same seed. */
export class History {
  readonly #lines: string[] = [];
  readonly #counts = new Map<string, number>();

  add(atMs: number, what: string): void {
    this.#lines.push(`${atMs} ${what}`);
  }

  /** A fault has fired, or an operation has come to an end of this kind. */
  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  get size(): number {
    return this.#lines.length;
  }

  hash(): string {
    return createHash('sha256').update(this.#lines.join('\n')).digest('hex');
  }

  text(): string {
    return this.#lines.join('\n');
  }
}
