const KINDS_MAX = 50;

/** Answers that must never come, by their text, with how often they came. */
export class Troubles {
  readonly #counts = new Map<string, number>();

  add(text: string): void {
    const short = text.slice(0, 400);
    if (!this.#counts.has(short) && this.#counts.size >= KINDS_MAX) return;
    this.#counts.set(short, (this.#counts.get(short) ?? 0) + 1);
  }

  get texts(): readonly string[] {
    return [...this.#counts].map(([text, count]) => (count === 1 ? text : `${text} (${count} ×)`));
  }
}
