const SECONDS = /^\d{1,10}$/;
/** The form of today and that of RFC 850. */
const DATE = /^[A-Z][a-z]{2,8}, \d{2}[ -][A-Z][a-z]{2}[ -]\d{2}(\d{2})? \d{2}:\d{2}:\d{2} GMT$/;
/** The form of C's asctime, which is in GMT without saying so. */
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

function dateMs(text: string): number {
  if (DATE.test(text)) return Date.parse(text);
  return ASCTIME.test(text) ? Date.parse(`${text} GMT`) : Number.NaN;
}

/** The wish of a `Retry-After` in ms from now, never negative; undefined when it is malformed. */
export function parseRetryAfter(text: string | undefined, nowMs: number): number | undefined {
  const trimmed = text?.trim() ?? '';
  if (SECONDS.test(trimmed)) return Number(trimmed) * 1_000;
  const untilMs = dateMs(trimmed);
  return Number.isNaN(untilMs) ? undefined : Math.max(0, untilMs - nowMs);
}
