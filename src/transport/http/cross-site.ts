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

/**
 * Whether a person follows a link, so that the answer is shown to nobody else. It is safe where the
 * answer is the same for all, and may not be framed.
 */
export function isNavigation(headers: IncomingHttpHeaders): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}
