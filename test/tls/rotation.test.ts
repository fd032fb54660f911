import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get } from 'node:https';
import { describe, test, type TestContext } from 'node:test';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { answerTo } from './answer-to.js';
import {
  AUTHORITY,
  CLIENT,
  OTHER_AUTHORITY,
  OTHER_CLIENT,
  RENEWED_SERVER,
  SERVER,
  SERVER_NAME,
  shown,
} from './certificates.js';
import { clientOf, securedHttp, securedStore, tlsConnection } from './secured-servers.js';

/** The name on the certificate that a new connection is shown. */
async function shownBy(t: TestContext, port: number, options: ConnectionOptions): Promise<string> {
  const socket = await tlsConnection(t, port, options);
  return String(socket.getPeerCertificate().subject.CN);
}

/** A session that a server has given for later connections. */
async function sessionOf(
  t: TestContext,
  port: number,
  options: ConnectionOptions,
): Promise<Buffer | undefined> {
  const socket = await tlsConnection(t, port, options);
  if (socket.getProtocol() !== 'TLSv1.3') return socket.getSession();
  const none = new AbortController();
  const [session]: unknown[] = await Promise.race([
    once(socket, 'session', { signal: none.signal }),
    // what the server has to say comes before its answer to this
    once(socket.end(), 'close').then(() => []),
  ]);
  none.abort();
  return session instanceof Buffer ? session : undefined;
}

describe('certificates renewed while the server runs', () => {
  test('streams go on; new connections get the new ones, old clients are refused', async (t) => {
    const store = await securedStore(t, SERVER, { clientCa: AUTHORITY });
    const client = clientOf(t, store, shown(CLIENT));
    const subscription = client.subscribe({ types: ['Opened'], from: 'start' });
    t.after(() => subscription.close());
    const events = subscription.events()[Symbol.asyncIterator]();
    const pipeline = client.appendMany();
    await pipeline.append('before', { type: 'Opened' });
    assert.equal((await events.next()).value?.stream, 'before');
    assert.equal(await shownBy(t, store.port, shown(CLIENT)), 'server');

    store.folder.write(RENEWED_SERVER);
    store.folder.replace('clientCa', OTHER_AUTHORITY);
    await store.folder.look();

    assert.equal(await shownBy(t, store.port, shown(OTHER_CLIENT)), 'renewed server');
    const old = clientOf(t, store, shown(CLIENT)).getStream('before');
    await assert.rejects(old, { name: 'StoreUnavailableError', message: /client certificate/ });
    const known = await clientOf(t, store, shown(OTHER_CLIENT)).getStream('before');
    assert.equal(known.currentVersion, 1);
    await pipeline.append('after', { type: 'Opened' });
    assert.equal((await events.next()).value?.stream, 'after');
    await pipeline.close();
  });

  test('half a renewal keeps serving what was there', async (t) => {
    const store = await securedStore(t, SERVER);
    store.folder.replace('key', RENEWED_SERVER.privateKey);
    await store.folder.look();
    assert.equal(await shownBy(t, store.port, {}), 'server');
    assert.equal((await clientOf(t, store).append('s', { type: 'Opened' })).lastVersion, 1);
    store.folder.replace('certificate', RENEWED_SERVER.certificate);
    await store.folder.look();
    assert.equal(await shownBy(t, store.port, {}), 'renewed server');
  });

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const only = { minVersion: version, maxVersion: version } as const;

    test(`${version}: a session is resumed, but not past a renewal`, async (t) => {
      const store = await securedStore(t, SERVER);
      const session = await sessionOf(t, store.port, only);
      assert.ok(session !== undefined, 'the server gives sessions');
      const again = await tlsConnection(t, store.port, { ...only, session });
      assert.equal(again.isSessionReused(), true);
      store.folder.write(RENEWED_SERVER);
      await store.folder.look();
      const anew = await tlsConnection(t, store.port, { ...only, session });
      assert.equal(anew.isSessionReused(), false);
    });

    test(`${version}: with client certificates no session is resumed`, async (t) => {
      const store = await securedStore(t, SERVER, { clientCa: AUTHORITY });
      const options = { ...only, ...shown(CLIENT) };
      const session = await sessionOf(t, store.port, options);
      const again: TLSSocket = await tlsConnection(t, store.port, {
        ...options,
        ...(session === undefined ? {} : { session }),
      });
      assert.equal(again.isSessionReused(), false);
    });
  }

  test('HTTP: a connection in use goes on, a new one gets the new certificate', async (t) => {
    const server = await securedHttp(t, SERVER);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const ask = async (): Promise<string> => {
      const trust = { ca: AUTHORITY, servername: SERVER_NAME };
      const call = get({ port: server.port, host: '127.0.0.1', path: '/', agent, ...trust });
      const { statusCode } = await answerTo(call);
      return `${statusCode}, ${call.reusedSocket ? 'the same' : 'a new'} connection`;
    };
    assert.equal(await ask(), '200, a new connection');
    server.folder.write(RENEWED_SERVER);
    await server.folder.look();
    assert.equal(await ask(), '200, the same connection');
    assert.equal(await shownBy(t, server.port, {}), 'renewed server');
  });
});
