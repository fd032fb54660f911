import { TLSSocket, type PeerCertificate } from 'node:tls';
import type { Duplex } from 'node:stream';
import type { ClientCertificate } from '../access/index.js';

const known = new WeakMap<Duplex, ClientCertificate | undefined>();

/** The certificate that a connection's handshake has proven; undefined when there is none. */
export function certificateOf(socket: Duplex): ClientCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  // reading it anew for each call costs
  if (!known.has(socket)) known.set(socket, read(socket));
  return known.get(socket);
}

function read(socket: TLSSocket): ClientCertificate | undefined {
  if (!socket.authorized) return undefined;
  // typed as if it were always there
  const certificate: Partial<PeerCertificate> = socket.getPeerCertificate();
  if (certificate.raw === undefined) return undefined;
  return {
    commonName: commonNameOf(certificate.subject),
    alternativeNames: alternativeNamesOf(certificate.subjectaltname),
  };
}

/** One with several names has none: which one is meant nobody can tell. */
function commonNameOf(subject: Partial<PeerCertificate['subject']> | undefined): string {
  const name: unknown = subject?.CN;
  return typeof name === 'string' ? name : '';
}

/** `DNS:a, URI:"b, c"`: Node quotes, as JSON does, names that hold what could mislead. */
export function alternativeNamesOf(text = ''): readonly string[] {
  const names = text.matchAll(/(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return [...names].flatMap(([, kind = '', name = '']) => {
    const plain: unknown = name.startsWith('"') ? JSON.parse(name) : name;
    return typeof plain === 'string' ? [`${kind}:${plain}`] : [];
  });
}
