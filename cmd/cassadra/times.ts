import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;
const WHOLE = /^(\d+(\.\d+)?(ms|s|m|h|d))+$/;
const ISO = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** `5m`, `1h30m`, `250ms`; a plain number is milliseconds. */
export function parseDuration(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  if (!WHOLE.test(text)) throw new InvalidArgumentError('Write 5m, 1h30m, 250ms or the like.');
  const parts = [...text.matchAll(PART)];
  return Math.round(
    parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS[unit] ?? 0), 0),
  );
}

/** Below are 1970 to 1973 in milliseconds, or times in seconds, or years. */
const LIKELY_MS = 100_000_000_000;

/** An ISO 8601 time (UTC without a zone), or milliseconds since the epoch. */
export function parseMoment(text: string): number {
  if (/^\d{1,15}$/.test(text)) {
    const given = Number(text);
    if (given >= LIKELY_MS || given === 0) return given;
    throw new InvalidArgumentError('That is no time in milliseconds; seconds, or a year?');
  }
  const ms = ISO.test(text) ? isoMs(text) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw new InvalidArgumentError('Write 2026-01-31T12:00:00Z, or milliseconds since 1970.');
  }
  return ms;
}

/** NaN for a day that no calendar has, which Date would move to the next month. */
function isoMs(text: string): number {
  const [day = '', time = '00:00', zone = 'Z'] = text.split(/[T ]|(?=Z|[+-]\d\d:?\d\d$)/);
  const midnight = new Date(`${day}T00:00Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) {
    return Number.NaN;
  }
  return Date.parse(`${day}T${time}${zone}`);
}

/** A time as people and programs can read it. */
export function momentText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}

/** `1:02:03`, `4:05`: for what is left. */
export function remainingText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  const tail = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}
