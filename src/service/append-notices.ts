import type { TypeCode, Uuid } from '../core/index.js';

/** What an append has touched that is written, or may be. */
export interface AppendNotice {
  readonly stream: Uuid;
  readonly types: ReadonlySet<TypeCode>;
  /** Undefined: nobody knows whether it is written. */
  readonly lastVersion: number | undefined;
}

/** Which appends somebody wants to hear of. */
export type NoticeInterest =
  | { readonly kind: 'stream'; readonly stream: Uuid }
  | { readonly kind: 'types'; readonly types: readonly TypeCode[] }
  | { readonly kind: 'all' };

/** One append may be told several times to the same listener. It must not throw. */
export type NoticeListener = (notice: AppendNotice) => void;

const ALL = 'all';

/** Tells readers that wait in this process of its appends. Hints: none has to come. */
export class AppendNotices {
  readonly #listeners = new Map<string | TypeCode, Set<NoticeListener>>();
  #told = 0;

  /** How many notices there have been: a read that began before the last one may not see it. */
  get told(): number {
    return this.#told;
  }

  tell(notice: AppendNotice): void {
    this.#told += 1;
    this.#tellAt(ALL, notice);
    this.#tellAt(notice.stream, notice);
    for (const type of notice.types) this.#tellAt(type, notice);
  }

  /** Answers the function that ends it. */
  listen(interest: NoticeInterest, listener: NoticeListener): () => void {
    const keys = keysOf(interest);
    for (const key of keys) {
      const there = this.#listeners.get(key) ?? new Set();
      this.#listeners.set(key, there.add(listener));
    }
    return () => {
      for (const key of keys) this.#forget(key, listener);
    };
  }

  /** Whether anybody listens. */
  get idle(): boolean {
    return this.#listeners.size === 0;
  }

  #tellAt(key: string | TypeCode, notice: AppendNotice): void {
    for (const listener of this.#listeners.get(key) ?? []) listener(notice);
  }

  #forget(key: string | TypeCode, listener: NoticeListener): void {
    const there = this.#listeners.get(key);
    there?.delete(listener);
    if (there?.size === 0) this.#listeners.delete(key);
  }
}

function keysOf(interest: NoticeInterest): readonly (string | TypeCode)[] {
  switch (interest.kind) {
    case 'stream':
      return [interest.stream];
    case 'types':
      return interest.types;
    case 'all':
      return [ALL];
  }
}
