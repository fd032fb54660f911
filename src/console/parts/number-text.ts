const WHOLE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const SMALL = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** As many digits as somebody reads at a glance. */
export function numberText(value: number | undefined): string | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  return Math.abs(value) < 10 ? SMALL.format(value) : WHOLE.format(value);
}
