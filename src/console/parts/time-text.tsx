import type { JSX } from 'preact';

const FORMAT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });
const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

interface TimeTextProps {
  readonly atMs: number;
  /** Undefined: only the time itself is shown. */
  readonly nowMs?: number | undefined;
}

/** A moment in the time of this machine; that of UTC when it is pointed at. */
export function TimeText({ atMs, nowMs }: TimeTextProps): JSX.Element {
  const iso = isoOf(atMs);
  return (
    <time dateTime={iso} title={iso}>
      {nowMs === undefined ? localTime(atMs) : relativeTime(atMs, nowMs)}
    </time>
  );
}

export function localTime(atMs: number): string {
  return isDate(atMs) ? FORMAT.format(atMs) : String(atMs);
}

export function relativeTime(atMs: number, nowMs: number): string {
  const leftMs = atMs - nowMs;
  for (const [unit, lengthMs] of UNITS) {
    if (Math.abs(leftMs) >= lengthMs) return RELATIVE.format(Math.round(leftMs / lengthMs), unit);
  }
  return RELATIVE.format(Math.round(leftMs / 1_000), 'second');
}

/** A time with milliseconds, for lists of events. */
export function preciseTime(atMs: number): string {
  if (!isDate(atMs)) return String(atMs);
  const date = new Date(atMs);
  const digits = (value: number, length: number): string => String(value).padStart(length, '0');
  const day = [date.getFullYear(), digits(date.getMonth() + 1, 2), digits(date.getDate(), 2)];
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map((it) => digits(it, 2));
  return `${day.join('-')} ${clock.join(':')}.${digits(date.getMilliseconds(), 3)}`;
}

export function durationText(ms: number): string {
  if (ms < 1_000) return `${String(Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${(ms / 60_000).toFixed(1)} min`;
  if (ms < 86_400_000) return `${(ms / 3_600_000).toFixed(1)} h`;
  return `${(ms / 86_400_000).toFixed(1)} d`;
}

export function isoOf(atMs: number): string {
  return isDate(atMs) ? new Date(atMs).toISOString() : String(atMs);
}

function isDate(atMs: number): boolean {
  return Math.abs(atMs) <= 8_640_000_000_000_000;
}
