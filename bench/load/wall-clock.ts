/** Ms since the epoch, with fractions. */
export function wallClockMs(): number {
  return performance.timeOrigin + performance.now();
}
