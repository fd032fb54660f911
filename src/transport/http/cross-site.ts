import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a page of another site made the browser send this. Such a page could otherwise use a
 * server on its visitor's machine, by GET or a plain POST, which browsers send without asking.
 * Programs send neither header.
 */
export function isCrossSite(headers: IncomingHttpHeaders): boolean {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
