import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect, type TlsOptions } from '../../src/client/index.js';
import type { IssuedCertificate } from '../support/certificates.js';
import { serve } from '../wire/store-under-test.js';
import {
  AUTHORITY,
  CLIENT,
  EXPIRED_CLIENT,
  EXPIRED_SERVER,
  OTHER_AUTHORITY,
  OTHER_CLIENT,
  SERVER,
  shown,
} from './certificates.js';
import { clientOf, securedStore, tlsConnection } from './secured-servers.js';

/** What the client says in the end. */
const SAYS = {
  served: undefined,
  wrongAuthority: /no trusted authority has issued the certificate/,
  expired: /certificate of the server has expired/,
  wrongHost: /certificate of the server is for another host/,
  notAccepted: /client certificate/,
} as const;

interface Case {
  readonly name: string;
  readonly server?: IssuedCertificate;
  readonly mutual?: boolean;
  readonly client?: TlsOptions;
  readonly says: keyof typeof SAYS;
}

const CASES: readonly Case[] = [
  { name: 'right', says: 'served' },
  { name: 'another authority', client: { ca: OTHER_AUTHORITY }, says: 'wrongAuthority' },
  { name: 'an expired server', server: EXPIRED_SERVER, says: 'expired' },
  { name: 'another host', client: { serverName: 'other.test' }, says: 'wrongHost' },
  { name: 'mutual: right', mutual: true, client: shown(CLIENT), says: 'served' },
  { name: 'mutual: no certificate', mutual: true, says: 'notAccepted' },
  { name: 'mutual: expired', mutual: true, client: shown(EXPIRED_CLIENT), says: 'notAccepted' },
  {
    name: 'mutual: of another authority',
    mutual: true,
    client: shown(OTHER_CLIENT),
    says: 'notAccepted',
  },
];

describe('TLS over gRPC', () => {
  for (const { name, server = SERVER, mutual = false, client = {}, says } of CASES) {
    test(name, async (t) => {
      const store = await securedStore(t, server, mutual ? { clientCa: AUTHORITY } : {});
      const call = clientOf(t, store, client).append('stream', { type: 'Opened' });
      const said = SAYS[says];
      if (said === undefined) assert.equal((await call).lastVersion, 1);
      else await assert.rejects(call, { name: 'StoreUnavailableError', message: said });
    });
  }

  test('versions of TLS that are too old are refused', async (t) => {
    const store = await securedStore(t, SERVER);
    const old = {
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL@SECLEVEL=0',
    } as const;
    await assert.rejects(
      tlsConnection(t, store.port, old),
      /protocol version|unsupported protocol/,
    );
    const newer = await securedStore(t, SERVER, { minVersion: '1.3' });
    await assert.rejects(
      tlsConnection(t, newer.port, { maxVersion: 'TLSv1.2' }),
      /protocol version/,
    );
    const socket = await tlsConnection(t, newer.port, { ALPNProtocols: ['h2'] });
    assert.equal(socket.getProtocol(), 'TLSv1.3');
    assert.equal(socket.alpnProtocol, 'h2');
  });

  test('one side without TLS: the client is told at once', async (t) => {
    const secured = await securedStore(t, SERVER);
    await assert.rejects(clientOf(t, secured, 'plain').getStream('s'), {
      name: 'StoreUnavailableError',
      message: /it may want TLS/,
    });
    const plain = await serve(() => undefined);
    t.after(() => plain.stop());
    // though it may try for a long time
    const patient = clientOf(t, plain, {}, { retry: { forMs: 600_000 } });
    await assert.rejects(patient.getStream('s'), {
      name: 'StoreUnavailableError',
      reason: 'TLS',
      message: /does not speak TLS on this port/,
    });
  });

  test('what cannot be used as a certificate is refused before a call', () => {
    const half = { cert: CLIENT.certificate, key: OTHER_CLIENT.privateKey };
    assert.throws(
      () => connect({ address: 'store.test', tls: half }),
      /tls has a certificate or key/,
    );
  });
});
