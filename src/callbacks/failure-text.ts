import { errors } from 'undici';
import { DialError } from './dial-error.js';

/** What the other side sends. */
export const NOT_HTTP = 'answer is not HTTP';
const UNREACHABLE = 'host unreachable';
const CUT_SHORT = 'connection closed before the end of the answer';

const TEXTS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'connection reset'],
  ['EPIPE', 'connection reset'],
  ['EHOSTUNREACH', UNREACHABLE],
  ['ENETUNREACH', UNREACHABLE],
  ['EADDRNOTAVAIL', UNREACHABLE],
  ['ETIMEDOUT', 'connecting timed out'],
  ['ENOTFOUND', 'unknown host'],
  ['ETIMEOUT', 'looking up the host timed out'],
  ['ESERVFAIL', 'looking up the host failed'],
  ['EPROTO', 'TLS: handshake failed'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connecting timed out'],
  ['UND_ERR_SOCKET', CUT_SHORT],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', CUT_SHORT],
  ['UND_ERR_HEADERS_OVERFLOW', 'headers of the answer are too long'],
  ['UND_ERR_INVALID_ARG', 'request cannot be sent'],
]);

/** How Node and OpenSSL name what is wrong with a certificate. */
const CERTIFICATE =
  /^(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT|INVALID_CA|HOSTNAME_)/;

function codeOf(error: unknown): string {
  const known = typeof error === 'object' && error !== null && 'code' in error;
  return known && typeof error.code === 'string' ? error.code : '';
}

/**
 * What users are told of a call without an answer. Made from codes: messages of the system carry
 * addresses that the user did not write.
 */
export function failureText(error: unknown): string {
  if (error instanceof DialError) return failureText(error.cause);
  if (error instanceof errors.HTTPParserError) return NOT_HTTP;
  const code = codeOf(error);
  const text = TEXTS.get(code);
  if (text !== undefined) return text;
  if (CERTIFICATE.test(code)) return `TLS: certificate not accepted (${code})`;
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return 'TLS: handshake failed';
  return code === '' ? 'call failed' : `call failed (${code})`;
}
