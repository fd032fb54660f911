import { after } from 'node:test';
import { createAuthority, type IssuedCertificate } from '../support/certificates.js';

/** What the servers of these tests are called; a name, as TLS wants it, and no address. */
export const SERVER_NAME = 'store.test';

const ours = createAuthority();
const theirs = createAuthority();
after(() => {
  ours.remove();
  theirs.remove();
});

const names = { alternativeNames: `DNS:${SERVER_NAME}` };

/** The authority of servers and clients, and one that nobody here knows. */
export const AUTHORITY = ours.certificate;
export const OTHER_AUTHORITY = theirs.certificate;

export const SERVER = ours.issue('server', names);
export const RENEWED_SERVER = ours.issue('renewed server', names);
export const EXPIRED_SERVER = ours.issue('expired server', { ...names, expired: true });

export const CLIENT = ours.issue('client');
export const EXPIRED_CLIENT = ours.issue('expired client', { expired: true });
export const OTHER_CLIENT = theirs.issue('other client');

/** As options of a client. */
export function shown({ certificate, privateKey }: IssuedCertificate): {
  readonly cert: string;
  readonly key: string;
} {
  return { cert: certificate, key: privateKey };
}
