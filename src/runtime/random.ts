/** A source of randomness; seeded in tests. */
export interface Random {
  /** From 0 (inclusive) to 1 (exclusive). */
  next(): number;
}

export const systemRandom: Random = { next: () => Math.random() };

/** The generator "mulberry32" (Tommy Ettinger, public domain): small, fast, repeatable. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}
