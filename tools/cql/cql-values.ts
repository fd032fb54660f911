import { types } from "cassandra-driver";

/** One value as cqlsh shows it: text bare, but quoted inside a collection; null as `null`; times in UTC. */
export function textOf(value: unknown, nested = false): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return nested ? `'${visible(value).replaceAll("'", "''")}'` : visible(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (value instanceof Date) return dateText(value);
  if (Buffer.isBuffer(value)) return `0x${value.toString("hex")}`;
  if (Array.isArray(value)) return `[${joined(value)}]`;
  if (value instanceof Set) return `{${joined([...value])}}`;
  if (value instanceof Map) return `{${pairs([...value], true)}}`;
  if (value instanceof types.Tuple) return `(${joined(value.values())})`;
  if (isPlainObject(value)) return `{${pairs(Object.entries(value), false)}}`;
  return String(value);
}

/** One value for JSON.stringify: integers beyond 2^53, decimals, ids, dates and blobs become strings. */
export function jsonOf(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value !== "object") return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof types.Long) return Number.isSafeInteger(value.toNumber()) ? value.toNumber() : value.toString();
  if (Array.isArray(value)) return value.map(jsonOf);
  if (value instanceof Set) return [...value].map(jsonOf);
  if (value instanceof types.Tuple) return value.values().map(jsonOf);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, each]) => [textOf(key), jsonOf(each)]));
  if (isPlainObject(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, jsonOf(each)]));
  return textOf(value);
}

function joined(values: readonly unknown[]): string {
  return values.map((each) => textOf(each, true)).join(", ");
}

function pairs(entries: readonly (readonly [unknown, unknown])[], quoteKeys: boolean): string {
  return entries.map(([key, each]) => `${textOf(key, quoteKeys)}: ${textOf(each, true)}`).join(", ");
}

function dateText(value: Date): string {
  if (Number.isNaN(value.getTime())) return "(out of range)";
  return value.toISOString().replace("T", " ").replace("Z", "000+0000");
}

// Control characters would break the table, or the terminal.
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => {
    const known = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[char];
    return known ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

function isPlainObject(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null;
}
