import { AppError } from '../../core/index.js';

/** Changes when the parts mean something else. */
const VERSION = '1';

const SEPARATOR = '.';

/** Opaque text for callers. Only the last part may contain a full stop. */
export function encodePageToken(...parts: readonly (string | number)[]): string {
  return Buffer.from([VERSION, ...parts].join(SEPARATOR)).toString('base64url');
}

/** The parts, `count` of them. Throws CURSOR_INVALID for what is not a token of this version. */
export function decodePageToken(token: string, count: number): readonly string[] {
  const text = Buffer.from(token, 'base64url').toString();
  const [version, ...rest] = text.split(SEPARATOR);
  const parts = [...rest.slice(0, count - 1), rest.slice(count - 1).join(SEPARATOR)];
  // made anew, as base64 and UTF-8 are read without complaint
  const known = version === VERSION && rest.length >= count && encodePageToken(...parts) === token;
  if (!known) throw invalidToken();
  return parts;
}

/** A part that is a whole number, not negative. Throws CURSOR_INVALID. */
export function tokenNumber(text: string | undefined): number {
  const value = /^\d{1,16}$/.test(text ?? '') ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw invalidToken();
  return value;
}

function invalidToken(): AppError {
  return new AppError('CURSOR_INVALID', 'page_token is not from a page before', {
    field: 'page_token',
  });
}
