import { createHash } from 'node:crypto';
import { AppError } from '../../core/index.js';

/** Changes when the parts mean something else. */
const VERSION = '2';

const SEPARATOR = '.';

/** Against mistakes, not against attackers: a place tells nothing that its list would not. */
const CHECK_CHARACTERS = 11;

/** What a token belongs to: the kind of the list, whose it is, and what was asked for. */
export type ListIdentity = readonly (string | number)[];

/** Opaque text for callers. Only the last part may contain a full stop. */
export function encodePageToken(
  list: ListIdentity,
  ...parts: readonly (string | number)[]
): string {
  const texts = parts.map(String);
  return Buffer.from([VERSION, checkOf(list, texts), ...texts].join(SEPARATOR)).toString(
    'base64url',
  );
}

/**
 * The parts, `count` of them. Throws CURSOR_INVALID for what is not a whole token of this version
 * and of this list.
 */
export function decodePageToken(
  list: ListIdentity,
  token: string,
  count: number,
): readonly string[] {
  const text = Buffer.from(token, 'base64url').toString();
  const [, , ...rest] = text.split(SEPARATOR);
  const parts = [...rest.slice(0, count - 1), rest.slice(count - 1).join(SEPARATOR)];
  // made anew, as base64 and UTF-8 are read without complaint
  if (rest.length < count || encodePageToken(list, ...parts) !== token) throw invalidToken();
  return parts;
}

/** The place of a token of one part; undefined for the first page. Throws CURSOR_INVALID. */
export function placeOfToken(list: ListIdentity, token: string): string | undefined {
  return token === '' ? undefined : decodePageToken(list, token, 1)[0];
}

/** The token that goes on there; empty at the end. */
export function nextToken(list: ListIdentity, place: string | undefined): string {
  return place === undefined ? '' : encodePageToken(list, place);
}

/** A part that is a whole number, not negative. Throws CURSOR_INVALID. */
export function tokenNumber(text: string | undefined): number {
  const value = /^\d{1,16}$/.test(text ?? '') ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw invalidToken();
  return value;
}

function checkOf(list: ListIdentity, parts: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify([list, parts]));
  return hash.digest('base64url').slice(0, CHECK_CHARACTERS);
}

function invalidToken(): AppError {
  return new AppError('CURSOR_INVALID', 'page_token is not from a page before of this list', {
    field: 'page_token',
  });
}
