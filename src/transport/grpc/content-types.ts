/** What a content is when nobody says: these are not stored. */
export const CONTENT_TYPES = {
  json: 'application/json',
  bytes: 'application/octet-stream',
} as const;

/** The media type that is stored; undefined for what the content is by itself. */
export function decodeContentType(
  kind: keyof typeof CONTENT_TYPES,
  contentType: string,
): string | undefined {
  return contentType === '' || contentType === CONTENT_TYPES[kind] ? undefined : contentType;
}
