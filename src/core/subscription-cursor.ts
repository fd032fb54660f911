import { decodeCursor, encodeCursor, type FeedCursor } from './feed-cursor.js';
import { INT32_MAX } from './event.js';
import { parseUuid, type Uuid } from './uuid.js';

/** Where a reader of one stream stands: everything up to and including `version` is read. */
export interface StreamCursor {
  readonly kind: 'stream';
  readonly version: number;
  readonly stream: Uuid;
}

/** Where a subscriber stands, in the feed or in one stream. */
export type SubscriptionCursor = FeedCursor | StreamCursor;

const STREAM = /^c1\.r\.(\d{1,10})\.([^.]+)$/;

/** Opaque text for callers. */
export function encodeSubscriptionCursor(cursor: SubscriptionCursor): string {
  if (cursor.kind !== 'stream') return encodeCursor(cursor);
  return `c1.r.${cursor.version}.${cursor.stream}`;
}

/** Undefined when the text is not a cursor of a format that this version knows. */
export function decodeSubscriptionCursor(text: string): SubscriptionCursor | undefined {
  const [, version, id] = STREAM.exec(text) ?? [];
  if (version === undefined || id === undefined) return decodeCursor(text);
  const stream = parseUuid(id);
  if (stream === undefined || Number(version) > INT32_MAX) return undefined;
  return { kind: 'stream', version: Number(version), stream };
}
