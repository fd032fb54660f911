import type { SharedDocuments } from '../../src/scheduler/index.js';

/** Documents of one process, which can be told to let others come between. */
export class HeldDocuments implements SharedDocuments {
  fresh = true;
  version = 0;
  /** Called once, between the reading and the writing of the next change. */
  interruption: (() => Promise<unknown>) | undefined;
  /** The next write takes effect, and `next` is asked again all the same. */
  doubtful = false;
  readonly contents = new Map<string, string>();

  get(id: string): string | undefined {
    return this.contents.get(id);
  }

  list(prefix: string): readonly (readonly [string, string])[] {
    return [...this.contents].filter(([id]) => id.startsWith(prefix));
  }

  async change(
    id: string,
    next: (content: string | undefined) => string | undefined,
  ): Promise<string | undefined> {
    for (;;) {
      const from = this.contents.get(id);
      const to = next(from);
      const { interruption, doubtful } = this;
      this.interruption = undefined;
      await interruption?.();
      if (this.contents.get(id) !== from) continue;
      this.put(id, to);
      this.doubtful = false;
      if (!doubtful) return to;
    }
  }

  /** As somebody else's change would. */
  put(id: string, content: string | undefined): void {
    if (content === undefined) this.contents.delete(id);
    else this.contents.set(id, content);
    this.version += 1;
  }
}
