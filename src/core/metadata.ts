/** What a caller says about an event besides its contents. Keys and values are texts. */
export type Metadata = ReadonlyMap<string, string>;

/**
 * The JSON text that is stored: keys in the order of their UTF-16 units, so that a repeated append
 * has the same text. Undefined for no metadata.
 */
export function encodeMetadata(metadata: Metadata): string | undefined {
  if (metadata.size === 0) return undefined;
  const members = [...metadata].sort(([left], [right]) => (left < right ? -1 : 1));
  const texts = members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return `{${texts.join(',')}}`;
}

/**
 * Reads what is stored. Others may have written it: a value that is no text comes as JSON, and what
 * is no object at all stands whole under the empty key.
 */
export function decodeMetadata(text: string | undefined): Metadata {
  if (text === undefined) return new Map();
  const parsed = parseJson(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return new Map([['', text]]);
  }
  const entries = Object.entries(parsed);
  return new Map(
    entries.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}

/** The members, where they are all texts, as ours are; undefined where they are not. */
export function textsOf(text: string | undefined): Metadata | undefined {
  if (text === undefined) return new Map();
  const parsed = parseJson(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(parsed)) {
    if (typeof value !== 'string') return undefined;
    texts.set(key, value);
  }
  return texts;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
