/** The last members that were added, up to a number of them. */
export class BoundedSet {
  readonly #max: number;
  readonly #members = new Set<string>();

  constructor(max: number) {
    this.#max = max;
  }

  has(member: string): boolean {
    return this.#members.has(member);
  }

  add(member: string): void {
    this.#members.delete(member);
    this.#members.add(member);
    if (this.#members.size <= this.#max) return;
    // a set keeps the order in which its members were added
    for (const oldest of this.#members) {
      this.#members.delete(oldest);
      return;
    }
  }

  /** Whether it was one. */
  delete(member: string): boolean {
    return this.#members.delete(member);
  }
}
