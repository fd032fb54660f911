/** How far a reader is: a cursor, and what is handled of the batch behind it. */
export interface Place {
  /** Undefined: at the beginning. */
  readonly cursor: string | undefined;
  /** Keys of events after the cursor. */
  readonly handled: readonly string[];
}

/** As a checkpoint keeps it: the bare cursor, or JSON when there is more to say. */
export function encodePlace({ cursor, handled }: Place): string {
  if (cursor !== undefined && handled.length === 0) return cursor;
  return JSON.stringify({ cursor: cursor ?? null, handled });
}

/** Of what `encodePlace` made, or of a cursor. */
export function decodePlace(text: string | undefined): Place {
  if (text?.startsWith('{') !== true) return { cursor: text, handled: [] };
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null) return { cursor: text, handled: [] };
  const { cursor, handled } = { cursor: undefined, handled: [], ...parsed };
  return {
    cursor: typeof cursor === 'string' ? cursor : undefined,
    handled: Array.isArray(handled) ? handled.map(String) : [],
  };
}
