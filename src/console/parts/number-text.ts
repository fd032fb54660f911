const WHOLE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const SMALL = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** As many digits as somebody reads at a glance. */
export function numberText(value: number | undefined): string | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  return Math.abs(value) < 10 ? SMALL.format(value) : WHOLE.format(value);
}

/** As "1 event" and "1,200 events". */
export function countText(count: number, noun: string): string {
  return `${count.toLocaleString()} ${noun}${count === 1 ? '' : 's'}`;
}
