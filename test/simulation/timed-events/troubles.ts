/** `process`: one paused, died, stopped, came. `storage`: failed or was slow. `clock`: stepped. */
export type TroubleKind = 'process' | 'storage' | 'clock';

interface Trouble {
  readonly kind: TroubleKind;
  readonly atMs: number;
}

/** When something went wrong: what is late then has an excuse. */
export interface Troubles {
  add(kind: TroubleKind, atMs: number): void;
  /** Whether there was any of these from one moment to another. */
  between(kinds: readonly TroubleKind[], fromMs: number, untilMs: number): boolean;
  /** The last one of these until a moment; minus infinity: none. */
  lastMs(kind: TroubleKind, untilMs: number): number;
}

export class TroubleLog implements Troubles {
  readonly #all: Trouble[] = [];

  add(kind: TroubleKind, atMs: number): void {
    this.#all.push({ kind, atMs });
  }

  between(kinds: readonly TroubleKind[], fromMs: number, untilMs: number): boolean {
    return this.#all.some(
      ({ kind, atMs }) => atMs >= fromMs && atMs <= untilMs && kinds.includes(kind),
    );
  }

  lastMs(kind: TroubleKind, untilMs: number): number {
    let lastMs = Number.NEGATIVE_INFINITY;
    for (const trouble of this.#all) {
      if (trouble.kind === kind && trouble.atMs <= untilMs) lastMs = trouble.atMs;
    }
    return lastMs;
  }
}
