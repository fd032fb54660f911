import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { test, type TestContext } from 'node:test';
import { TLSSocket } from 'node:tls';
import type { CallSecrets, DispatchResult } from '../../src/scheduler/index.js';
import { withAuthority, type IssuedCertificate } from '../support/certificates.js';
import { callTo, ONE_CONNECTION, openDispatcher, yes } from './dispatcher-under-test.js';

const TIMEOUT = { timeout: 20_000 };

const PKI = withAuthority((ours) =>
  withAuthority((theirs) => ({
    ca: ours.certificate,
    otherCa: theirs.certificate,
    server: ours.issue('server'),
    shop: ours.issue('shop'),
    shopAnew: ours.issue('shop-anew'),
    bank: ours.issue('bank'),
    stranger: theirs.issue('stranger'),
  })),
);

interface TlsReceiver {
  readonly url: string;
  /** One for each connection: who it was, as its certificate says. */
  readonly connections: string[];
}

/** Lets in who shows a certificate of our authority, and answers with its name. */
async function startTlsReceiver(t: TestContext): Promise<TlsReceiver> {
  const connections: string[] = [];
  const nameOf = (socket: TLSSocket): string => String(socket.getPeerCertificate().subject.CN);
  const { certificate: cert, privateKey: key } = PKI.server;
  const tls = { cert, key, ca: PKI.ca, requestCert: true, rejectUnauthorized: true };
  const server = createServer(tls, ({ socket }, response) => {
    response.end(socket instanceof TLSSocket ? nameOf(socket) : 'not TLS');
  });
  server.on('secureConnection', (socket) => connections.push(nameOf(socket)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `https://127.0.0.1:${port}/`, connections };
}

function mtls(client: IssuedCertificate, version: string, ca: string | undefined): CallSecrets {
  const credentials = { kind: 'mtls', ...client, ca } as const;
  return { hmacKeys: [], ed25519Seeds: [], credentials, credentialsVersion: version };
}

const NONE: CallSecrets = {
  hmacKeys: [],
  ed25519Seeds: [],
  credentials: undefined,
  credentialsVersion: '',
};

interface Sender {
  /** Of each application; changed by a test. */
  readonly secrets: Map<string, CallSecrets>;
  readonly callAs: (application: string) => Promise<DispatchResult>;
}

function openSender(t: TestContext, url: string): Sender {
  const secrets = new Map<string, CallSecrets>();
  const { dispatcher } = openDispatcher(t, {
    ...ONE_CONNECTION,
    secretsOf: (application) => secrets.get(application) ?? NONE,
  });
  const callAs = (application: string): Promise<DispatchResult> =>
    dispatcher.call(callTo(url, {}, { key: { application, eventId: 'e' } }), yes);
  return { secrets, callAs };
}

const bodyOf = (result: DispatchResult): string =>
  result.kind === 'answered' ? result.body : JSON.stringify(result);

test(
  'each application shows its own certificate, on connections of its own',
  TIMEOUT,
  async (t) => {
    const receiver = await startTlsReceiver(t);
    const { secrets, callAs } = openSender(t, receiver.url);
    secrets.set('shop', mtls(PKI.shop, '1', PKI.ca));
    // even with equal versions
    secrets.set('bank', mtls(PKI.bank, '1', PKI.ca));
    for (const application of ['shop', 'bank', 'shop', 'bank']) {
      assert.equal(bodyOf(await callAs(application)), application);
    }
    assert.deepEqual(receiver.connections, ['shop', 'bank']);
    const results = await Promise.all(['shop', 'bank', 'shop', 'bank'].map(callAs));
    assert.deepEqual(results.map(bodyOf), ['shop', 'bank', 'shop', 'bank']);
  },
);

test('a certificate that was replaced is not shown again', TIMEOUT, async (t) => {
  const receiver = await startTlsReceiver(t);
  const { secrets, callAs } = openSender(t, receiver.url);
  secrets.set('shop', mtls(PKI.shop, '1', PKI.ca));
  assert.equal(bodyOf(await callAs('shop')), 'shop');
  secrets.set('shop', mtls(PKI.shopAnew, '2', PKI.ca));
  assert.equal(bodyOf(await callAs('shop')), 'shop-anew');
  assert.equal(bodyOf(await callAs('shop')), 'shop-anew');
  assert.deepEqual(receiver.connections, ['shop', 'shop-anew']);
});

test('who has none, or one of another authority, is not let in', TIMEOUT, async (t) => {
  const receiver = await startTlsReceiver(t);
  const { secrets, callAs } = openSender(t, receiver.url);
  secrets.set('stranger', mtls(PKI.stranger, '1', PKI.ca));
  secrets.set('shop', mtls(PKI.shop, '1', PKI.ca));
  assert.equal(bodyOf(await callAs('shop')), 'shop');
  for (const application of ['stranger', 'nobody']) {
    const result = await callAs(application);
    assert.equal(result.kind, 'failed', application);
    const text = JSON.stringify(result);
    assert.ok(!/BEGIN|PRIVATE|127\.0\.0\.1/.test(text), text);
  }
  assert.deepEqual(receiver.connections, ['shop']);
});

test(
  'the server is believed by the authorities that were given, or the usual ones',
  TIMEOUT,
  async (t) => {
    const receiver = await startTlsReceiver(t);
    for (const ca of [undefined, PKI.otherCa]) {
      const { secrets, callAs } = openSender(t, receiver.url);
      secrets.set('shop', mtls(PKI.shop, '1', ca));
      const result = await callAs('shop');
      assert.match(bodyOf(result), /TLS: certificate not accepted/);
    }
    const { secrets, callAs } = openSender(t, receiver.url);
    secrets.set('shop', mtls(PKI.shop, '1', PKI.otherCa + PKI.ca));
    assert.equal(bodyOf(await callAs('shop')), 'shop');
  },
);

test('an inner address stays forbidden with a certificate', TIMEOUT, async (t) => {
  const receiver = await startTlsReceiver(t);
  const secretsOf = (): CallSecrets => mtls(PKI.shop, '1', PKI.ca);
  const { dispatcher } = openDispatcher(t, { allow: [], secretsOf });
  assert.equal((await dispatcher.call(callTo(receiver.url), yes)).kind, 'refused');
  assert.deepEqual(receiver.connections, []);
});
