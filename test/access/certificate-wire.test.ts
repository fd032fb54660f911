import assert from 'node:assert/strict';
import { request } from 'node:https';
import { test, type TestContext } from 'node:test';
import { newToken, openAuthenticator, tokenHash } from '../../src/access/index.js';
import { StoreError } from '../../src/client/index.js';
import { clientFor } from '../client/store-for-clients.js';
import { withAuthority, type IssuedCertificate } from '../support/certificates.js';
import { TlsFolder } from '../support/tls-folder.js';
import { temporaryFile } from './authenticator-under-test.js';
import { secured, type SecuredStore } from './secured-store.js';

const { ca, server, orders, stranger } = withAuthority((authority) => ({
  ca: authority.certificate,
  server: authority.issue('cassadra'),
  orders: authority.issue('orders'),
  stranger: authority.issue('stranger'),
}));
const TOKEN = newToken();

async function serveWithCertificates(t: TestContext): Promise<SecuredStore> {
  const callers = [
    { name: 'by-certificate', certificate: 'CN:orders', roles: ['read'] },
    { name: 'by-token', token_sha256: [tokenHash(TOKEN)], roles: ['append'] },
  ];
  const file = await temporaryFile(t, JSON.stringify({ callers }));
  const folder = new TlsFolder(server, { clientCa: ca });
  const tls = await folder.open();
  const store = await secured(async (components) => {
    const authenticator = openAuthenticator({ file, jwt: undefined }, components);
    assert.ok(authenticator !== undefined);
    await authenticator.start();
    t.after(() => authenticator.stop());
    return authenticator;
  }, tls);
  t.after(async () => {
    await store.stop();
    folder.remove();
  });
  return store;
}

test('a client certificate is a caller where the file names it, on both wires', async (t) => {
  const { address, http } = await serveWithCertificates(t);

  const overGrpc = async (shown: IssuedCertificate, token?: string): Promise<string> => {
    const tls = { ca, cert: shown.certificate, key: shown.privateKey };
    const sent = token === undefined ? {} : { token };
    try {
      await clientFor(t, address, { tls, ...sent, retry: false }).getStream('order-1');
      return 'OK';
    } catch (error) {
      assert.ok(error instanceof StoreError);
      return error.reason;
    }
  };
  assert.equal(await overGrpc(orders), 'OK');
  assert.equal(await overGrpc(stranger), 'UNAUTHENTICATED');
  assert.equal(await overGrpc(stranger, TOKEN), 'PERMISSION_DENIED', 'a token that may append');
  assert.equal(await overGrpc(orders, TOKEN), 'PERMISSION_DENIED', 'the token counts');
  assert.equal(await overGrpc(orders, newToken()), 'UNAUTHENTICATED', 'the token counts');

  const overHttp = (shown: IssuedCertificate): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const place = { host: '127.0.0.1', port: http.port, path: '/v1/streams/order-1' };
      const tls = {
        ca,
        cert: shown.certificate,
        key: shown.privateKey,
        agent: false,
        servername: '',
      } as const;
      const sent = request({ ...place, ...tls }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject);
      sent.end();
    });
  assert.equal(await overHttp(orders), 200);
  assert.equal(await overHttp(stranger), 401);
});
