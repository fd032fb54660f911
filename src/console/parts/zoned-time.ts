/** With the offset of its zone, without which the two passes of a repeated hour read the same. */
export function zonedTime(atMs: number, timeZone?: string): string {
  try {
    const format = new Intl.DateTimeFormat(undefined, {
      dateStyle: 'medium',
      timeStyle: 'long',
      timeZone,
    });
    return format.format(atMs);
  } catch {
    // a moment beyond what dates can say, or a zone that is not known
    return timeZone === undefined
      ? String(atMs)
      : `${zonedTime(atMs)} (this browser does not know ${timeZone})`;
  }
}
