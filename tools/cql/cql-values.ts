import { types } from 'cassandra-driver';

/**
 * One value as cqlsh shows it: text bare, but quoted inside a collection; null as `null`; times in
 * UTC.
 */
export function textOf(value: unknown, nested = false): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return nested ? quoted(value) : visible(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return typeof value === 'object' ? objectText(value) : `(${typeof value})`;
}

/**
 * One value for JSON.stringify: integers beyond 2^53, decimals, ids, dates and blobs become
 * strings.
 */
export function jsonOf(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof types.Long) return longJson(value);
  const entries = value instanceof Map ? [...value] : isPlainObject(value) && Object.entries(value);
  if (entries) return Object.fromEntries(entries.map(([key, each]) => [textOf(key), jsonOf(each)]));
  return elementsOf(value)?.map(jsonOf) ?? textOf(value);
}

function longJson(value: types.Long): number | string {
  return Number.isSafeInteger(value.toNumber()) ? value.toNumber() : value.toString();
}

function objectText(value: object): string {
  if (value instanceof Date) return dateText(value);
  if (Buffer.isBuffer(value)) return `0x${value.toString('hex')}`;
  if (value instanceof Map) return `{${pairs([...value], true)}}`;
  if (isPlainObject(value)) return `{${pairs(Object.entries(value), false)}}`;
  const elements = elementsOf(value)?.map((each) => textOf(each, true));
  if (elements === undefined) return ownText(value);
  const [open, close] = Array.isArray(value) ? '[]' : value instanceof Set ? '{}' : '()';
  return `${open}${elements.join(', ')}${close}`;
}

/** What a list, a set or a tuple holds. */
function elementsOf(value: object): readonly unknown[] | undefined {
  if (Array.isArray(value) || value instanceof Set) return Array.from<unknown>(value);
  return value instanceof types.Tuple ? Array.from<unknown>(value.values()) : undefined;
}

// The driver's own classes (Uuid, BigDecimal, LocalDate, …) all say themselves what they are.
function ownText(value: { toString(): string }): string {
  return value.toString();
}

function quoted(text: string): string {
  return `'${visible(text).replaceAll("'", "''")}'`;
}

function pairs(entries: readonly (readonly [unknown, unknown])[], quoteKeys: boolean): string {
  return entries
    .map(([key, each]) => `${textOf(key, quoteKeys)}: ${textOf(each, true)}`)
    .join(', ');
}

function dateText(value: Date): string {
  if (Number.isNaN(value.getTime())) return '(out of range)';
  return value.toISOString().replace('T', ' ').replace('Z', '000+0000');
}

// Control characters would break the table, or the terminal.
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => {
    const known = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[char];
    return known ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

function isPlainObject(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null;
}
