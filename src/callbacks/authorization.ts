import type { Credentials } from '../scheduler/index.js';
import type { Header } from './request-headers.js';

/** How the call says who makes it; a certificate speaks in the connection instead. */
export function authorizationHeaders(credentials: Credentials | undefined): readonly Header[] {
  switch (credentials?.kind) {
    case 'basic':
      return [['authorization', `Basic ${userPass(credentials)}`]];
    case 'bearer':
      return [['authorization', `Bearer ${credentials.token}`]];
    case 'mtls':
    case undefined:
      return [];
  }
}

/** In UTF-8 (RFC 7617, section 2.1). */
function userPass({ user, password }: { user: string; password: string }): string {
  return Buffer.from(`${user}:${password}`).toString('base64');
}

/** A shorter one would hide half of every answer. */
const HIDDEN_LENGTH_MIN = 4;

/**
 * What an answer may not show of the credentials: some receivers send back what they were sent. As
 * it was sent, and as JSON and URLs write it.
 */
export function secretTexts(credentials: Credentials | undefined): readonly string[] {
  const secrets =
    credentials?.kind === 'basic'
      ? [credentials.password, userPass(credentials)]
      : credentials?.kind === 'bearer'
        ? [credentials.token]
        : [];
  const written = secrets.flatMap((secret) => [
    secret,
    ...jsonForms(JSON.stringify(secret).slice(1, -1)),
    encodeURIComponent(secret),
  ]);
  return [...new Set(written)].filter((text) => text.length >= HIDDEN_LENGTH_MIN);
}

/** As most write it, as PHP does, and as Go does. */
function jsonForms(json: string): readonly string[] {
  const go = json.replaceAll('&', '\\u0026').replaceAll('<', '\\u003c').replaceAll('>', '\\u003e');
  return [json, json.replaceAll('/', '\\/'), go];
}
