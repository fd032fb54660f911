import { InvalidArgumentError } from 'commander';

/** A whole number of an option, within bounds. */
export function wholeNumberFrom(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Write a whole number from ${min} to ${max}.`);
  };
}

/** `a,b,c`; what is only digits is a code, the rest are names. */
export function parseTypes(text: string): (string | number)[] {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length === 0) throw new InvalidArgumentError('Name at least one type.');
  return items.map((item) => (/^-?\d{1,10}$/.test(item) ? Number(item) : item));
}

/** `key=value`, collected over repetitions of the option. */
export function collectPairs(
  text: string,
  before: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write key=value.');
  return new Map([...before, [text.slice(0, at), text.slice(at + 1)]]);
}

/** Collects the values of an option that may be repeated. */
export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** `--expected`. */
export function parseExpected(text: string): number | 'any' | 'no-stream' | 'stream-exists' {
  if (text === 'any' || text === 'no-stream' || text === 'stream-exists') return text;
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write a version, any, no-stream or stream-exists.');
}
