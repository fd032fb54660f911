import { parseUuid, type Uuid } from './uuid.js';

/**
 * Where a reader by type stands. Opaque to callers: they keep the text of `encodeCursor`.
 * `position` belongs to ordered feeds, `view` to feeds in the order (savetime, version, id),
 * `savetime` (everything up to and including that millisecond is read) to all.
 */
export type FeedCursor =
  | { readonly kind: 'start' }
  | { readonly kind: 'savetime'; readonly savetimeMs: number }
  | { readonly kind: 'position'; readonly savetimeMs: number; readonly position: number }
  | {
      readonly kind: 'view';
      readonly savetimeMs: number;
      readonly version: number;
      readonly id: Uuid;
    };

export const FEED_START: FeedCursor = { kind: 'start' };

const FORMAT = 'c1';

/** Text of a cursor, with the version of its format in front. */
export function encodeCursor(cursor: FeedCursor): string {
  switch (cursor.kind) {
    case 'start':
      return `${FORMAT}.0`;
    case 'savetime':
      return `${FORMAT}.s.${cursor.savetimeMs}`;
    case 'position':
      return `${FORMAT}.p.${cursor.savetimeMs}.${cursor.position}`;
    case 'view':
      return `${FORMAT}.v.${cursor.savetimeMs}.${cursor.version}.${cursor.id}`;
  }
}

function parseWhole(text: string | undefined): number | undefined {
  if (text === undefined || !/^(0|-?[1-9]\d{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Undefined when the text is not a cursor of a format that this version knows. */
export function decodeCursor(text: string): FeedCursor | undefined {
  const [format, kind, savetime, place, id, ...rest] = text.split('.');
  if (format !== FORMAT || rest.length > 0) return undefined;
  if (kind === '0') return savetime === undefined ? FEED_START : undefined;
  const savetimeMs = parseWhole(savetime);
  if (savetimeMs === undefined) return undefined;
  if (kind === 's') return place === undefined ? { kind: 'savetime', savetimeMs } : undefined;
  const number = parseWhole(place);
  if (number === undefined) return undefined;
  if (kind === 'p') {
    return id === undefined ? { kind: 'position', savetimeMs, position: number } : undefined;
  }
  const uuid = id === undefined ? undefined : parseUuid(id);
  if (kind !== 'v' || uuid === undefined) return undefined;
  return { kind: 'view', savetimeMs, version: number, id: uuid };
}
