import assert from 'node:assert/strict';
import { request as plainRequest } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import { describe, test } from 'node:test';
import type { IssuedCertificate } from '../support/certificates.js';
import { answerTo } from './answer-to.js';
import {
  AUTHORITY,
  CLIENT,
  EXPIRED_CLIENT,
  EXPIRED_SERVER,
  OTHER_AUTHORITY,
  OTHER_CLIENT,
  SERVER,
  SERVER_NAME,
  shown,
} from './certificates.js';
import { securedHttp, tlsConnection } from './secured-servers.js';

/** The status of an answer over HTTPS. */
async function statusOf(port: number, options: RequestOptions): Promise<number | undefined> {
  const trust = { ca: AUTHORITY, servername: SERVER_NAME };
  const call = request({ port, host: '127.0.0.1', path: '/', agent: false, ...trust, ...options });
  return (await answerTo(call)).statusCode;
}

interface Case {
  readonly name: string;
  readonly server?: IssuedCertificate;
  readonly mutual?: boolean;
  readonly client?: RequestOptions;
  /** Undefined: it is answered. */
  readonly fails?: RegExp;
}

/** A server that does not accept a certificate says so after the client's part of the handshake. */
const REFUSED = /^(ECONNRESET|EPIPE|ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED|ERR_SSL_.*ALERT.*)$/;

const CASES: readonly Case[] = [
  { name: 'right' },
  {
    name: 'another authority',
    client: { ca: OTHER_AUTHORITY },
    fails: /UNABLE_TO_VERIFY_LEAF_SIGNATURE/,
  },
  { name: 'an expired server', server: EXPIRED_SERVER, fails: /CERT_HAS_EXPIRED/ },
  {
    name: 'another host',
    client: { servername: 'other.test' },
    fails: /ERR_TLS_CERT_ALTNAME_INVALID/,
  },
  { name: 'mutual: right', mutual: true, client: shown(CLIENT) },
  { name: 'mutual: no certificate', mutual: true, fails: REFUSED },
  { name: 'mutual: expired', mutual: true, client: shown(EXPIRED_CLIENT), fails: REFUSED },
  {
    name: 'mutual: of another authority',
    mutual: true,
    client: shown(OTHER_CLIENT),
    fails: REFUSED,
  },
];

describe('TLS over HTTP', () => {
  for (const { name, server = SERVER, mutual = false, client = {}, fails } of CASES) {
    test(name, async (t) => {
      const { port } = await securedHttp(t, server, mutual ? { clientCa: AUTHORITY } : {});
      const call = statusOf(port, client);
      if (fails === undefined) assert.equal(await call, 200);
      else await assert.rejects(call, { code: fails });
    });
  }

  test('TLS 1.1 is refused', async (t) => {
    const { port } = await securedHttp(t, SERVER);
    const old = {
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL@SECLEVEL=0',
    } as const;
    await assert.rejects(tlsConnection(t, port, old), /protocol version|unsupported protocol/);
  });

  test('plain HTTP on a port with TLS is closed without an answer', async (t) => {
    const { port } = await securedHttp(t, SERVER);
    const call = plainRequest({ port, host: '127.0.0.1', path: '/' });
    await assert.rejects(answerTo(call), { code: 'ECONNRESET' });
  });
});
