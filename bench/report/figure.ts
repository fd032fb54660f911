/** Median of the rounds, and how far they lie apart. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Undefined where no round has a value. */
export function figureOf(rounds: readonly (number | undefined)[]): Figure | undefined {
  const values = rounds
    .filter((value): value is number => value !== undefined && Number.isFinite(value))
    .sort((a, b) => a - b);
  const [min] = values;
  const max = values.at(-1);
  if (min === undefined || max === undefined) return undefined;
  const upper = values[Math.floor(values.length / 2)] ?? max;
  const lower = values[Math.ceil(values.length / 2) - 1] ?? min;
  return { median: (lower + upper) / 2, min, max };
}
