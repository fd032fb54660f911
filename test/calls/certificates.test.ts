import assert from 'node:assert/strict';
import { request } from 'node:https';
import { test, type TestContext } from 'node:test';
import { credentials, status } from '@grpc/grpc-js';
import { ANYBODY, type Authenticator, type Credentials } from '../../src/access/index.js';
import type { TlsFiles } from '../../src/runtime/index.js';
import { TlsFolder } from '../support/tls-folder.js';
import { AUTHORITY, CLIENT, SERVER, SERVER_NAME, shown } from '../tls/certificates.js';
import { tlsConnection } from '../tls/secured-servers.js';
import { eventually } from './eventually.js';
import { gatedServers } from './gated-servers.js';

const LIMIT = { timeout: 60_000 };

/** A caller is called as its certificate. */
const byCertificate: Authenticator = {
  authenticate: async ({ certificate }: Credentials) => {
    const { commonName = 'none', alternativeNames = [] } = certificate ?? {};
    return { ...ANYBODY, name: [commonName, ...alternativeNames].join(' ') };
  },
  watch: () => new AbortController().signal,
};

async function openTls(t: TestContext): Promise<TlsFiles> {
  const folder = new TlsFolder(SERVER, { clientCa: AUTHORITY });
  const tls = await folder.open();
  t.after(() => folder.remove());
  return tls;
}

test('a client certificate reaches the gate on both transports', LIMIT, async (t) => {
  const tls = await openTls(t);
  const servers = await gatedServers(t, {
    tls,
    authenticator: byCertificate,
    gate: { logged: 'all' },
    grpc: { prefaceTimeoutMs: 500 },
  });
  const { cert, key } = shown(CLIENT);
  const channel = credentials.createSsl(...[AUTHORITY, key, cert].map((text) => Buffer.from(text)));
  const caller = servers.client(channel, SERVER_NAME);
  assert.equal((await caller.unary('Echo')).code, status.OK);
  await eventually(() => servers.lines.some(({ text }) => text === 'call ended'));
  const line = servers.lines.find(({ text }) => text === 'call ended');
  assert.equal(line?.['caller'], 'client IP Address:127.0.0.1');
  assert.equal(line['address'], '127.0.0.1');
  const port = servers.httpPort;
  const trust = { ca: AUTHORITY, servername: SERVER_NAME };
  const name = await new Promise<string>((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: '/who', cert, key, ...trust };
    const sent = request(options, (response) => {
      response.setEncoding('utf8').on('data', resolve);
    });
    sent.on('error', reject).end();
  });
  assert.equal(name, 'client IP Address:127.0.0.1');
  // a handshake alone does not keep a connection
  const silent = await tlsConnection(t, servers.grpcPort, { cert, key, ALPNProtocols: ['h2'] });
  await new Promise<void>((resolve) => silent.once('close', () => resolve()).resume());
  assert.equal((await caller.unary('Echo')).code, status.OK);
});
