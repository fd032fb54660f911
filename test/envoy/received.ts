import assert from 'node:assert/strict';

const WAIT_MS = 60_000;

/** What a reader got: contents of events and where they stand (`stream/version`), in order. */
export class Received {
  readonly #items: (readonly [content: string, place: string])[] = [];
  readonly #contents = new Set<string>();
  #failure: Error | undefined;
  #watchers: (() => void)[] = [];

  add(content: string, place: string): void {
    this.#items.push([content, place]);
    this.#contents.add(content);
    this.#wake();
  }

  /** The reader has come to its end by an error. */
  fail(error: unknown): void {
    this.#failure = error instanceof Error ? error : new Error(String(error));
    this.#wake();
  }

  contents(): Iterable<string> {
    return this.#contents;
  }

  /** Resolves when so many different events have come. */
  async until(count: number): Promise<void> {
    const expired = AbortSignal.timeout(WAIT_MS);
    expired.addEventListener('abort', () => this.#wake(), { once: true });
    while (this.#contents.size < count) {
      if (this.#failure !== undefined) throw this.#failure;
      assert.ok(!expired.aborted, `${this.#contents.size} of ${count} events have come`);
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  /** Content to place. Fails when an event came twice, or not in the order of its stream. */
  placesOnce(): ReadonlyMap<string, string> {
    const versions = new Map<string, number>();
    for (const [content, place] of this.#items) {
      const [stream = '', version = ''] = place.split('/');
      const next = (versions.get(stream) ?? 0) + 1;
      assert.equal(Number(version), next, `${content} came as ${place}, wanted version ${next}`);
      versions.set(stream, next);
    }
    return new Map(this.#items);
  }

  #wake(): void {
    for (const resolve of this.#watchers) resolve();
    this.#watchers = [];
  }
}
