import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Settings } from 'node:http2';
import { test } from 'node:test';
import { ServerCredentials } from '@grpc/grpc-js';
import type { EventStoreServiceServer } from '../../src/gen/cassadra/v1/event_store.js';
import { certificateFor, stubFor } from './grpc-stub.js';
import { clientFor } from './store-for-clients.js';

/** Answers GetStream with the authorization that came as the name of the stream. */
const tellsAuthorization: Partial<EventStoreServiceServer> = {
  getStream(call, answer) {
    const stream = call.metadata.get('authorization').join();
    answer(null, { stream, streamId: '', currentVersion: 0 });
  },
};

test('over TLS the server is known by its certificate, and the token arrives', async (t) => {
  const server = certificateFor('cassadra.test');
  const client = certificateFor('client.test');
  const pair = { cert_chain: server.cert, private_key: server.key };
  const credentials = ServerCredentials.createSsl(client.cert, [pair], true);
  const port = await stubFor(t, tellsAuthorization, { credentials });
  const address = `127.0.0.1:${port}`;
  const trust = { ca: server.cert.toString(), serverName: 'cassadra.test' };
  const tls = { ...trust, ...client };
  let count = 0;
  const token = async (): Promise<string> => `token-${(count += 1)}`;
  const good = clientFor(t, address, { tls, token });
  assert.equal((await good.getStream('s')).stream, 'Bearer token-1');
  assert.equal((await good.getStream('s')).stream, 'Bearer token-2');
  const wrong = [{ ...tls, serverName: 'other.test' }, { ...tls, ca: client.cert }, trust];
  for (const options of wrong) {
    const bad = clientFor(t, address, { tls: options, retry: false });
    await assert.rejects(bad.getStream('s'), { name: 'StoreUnavailableError' });
  }
  const half = { ...trust, cert: client.cert };
  assert.throws(() => clientFor(t, address, { tls: half }), /tls needs cert and key/);
});

test('a token goes in the clear only when that is allowed; a late one ends the try', async (t) => {
  const port = await stubFor(t, tellsAuthorization);
  const address = `127.0.0.1:${port}`;
  const open = clientFor(t, address, { token: 'secret', allowInsecureToken: true });
  assert.equal((await open.getStream('s')).stream, 'Bearer secret');
  assert.throws(() => clientFor(t, address, { token: 'secret' }), /token/);
  const options = { allowInsecureToken: true, retry: false } as const;
  const never = (): Promise<string> => new Promise(() => undefined);
  const late = clientFor(t, address, { ...options, token: never, timeoutMs: 20 });
  await assert.rejects(late.getStream('s'), { reason: 'TOKEN' });
  const broken = clientFor(t, address, { ...options, token: 'a\nb' });
  await assert.rejects(broken.getStream('s'), /token has characters/);
});

test('an IPv6 address is understood, in brackets or without a port', async (t) => {
  const port = await stubFor(t, tellsAuthorization, { host: '[::1]' });
  const client = clientFor(t, `cassadra://[::1]:${port}`);
  assert.equal((await client.getStream('s')).stream, '');
});

test('a try without an answer ends in time, and a server that is away is unavailable', async (t) => {
  const silent = await stubFor(t, { getStream: () => undefined });
  const options = { retry: false, timeoutMs: 30 } as const;
  const client = clientFor(t, `127.0.0.1:${silent}`, options);
  await assert.rejects(client.getStream('s'), { reason: 'DEADLINE_EXCEEDED' });
  const away = clientFor(t, '127.0.0.1:1', { retry: false });
  await assert.rejects(away.append('s', { type: 'T' }), { name: 'StoreUnavailableError' });
});

test('a server may send 1 MiB before it is told that it was read', async (t) => {
  const server = createServer();
  const asked = new Promise<Settings>((resolve) => {
    server.once('session', (session) => {
      t.after(() => session.destroy());
      session.once('remoteSettings', resolve);
    });
  });
  server.listen(0, '127.0.0.1');
  t.after(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const client = clientFor(t, `127.0.0.1:${address.port}`, { retry: false, timeoutMs: 2_000 });
  const call = client.getStream('s').catch(() => undefined);
  assert.equal((await asked).initialWindowSize, 1_048_576);
  await client.close();
  await call;
});

test('what a subscriber does not take stays with the server', async (t) => {
  const messages = 200;
  let written = 0;
  const port = await stubFor(t, {
    ...tellsAuthorization,
    subscribe(call) {
      const padding = Buffer.alloc(256 * 1_024);
      const write = (): void => {
        let room = true;
        while (room && written < messages) {
          written += 1;
          const event = {
            stream: 's',
            streamId: '',
            version: written,
            savetimeMs: 0n,
            eventId: '',
            type: 'T',
            typeCode: 1,
            content: { $case: 'data', value: padding } as const,
            contentType: '',
            metadata: {},
          };
          const value = { events: [event] };
          room = call.write({ message: { $case: 'events', value }, cursor: String(written) });
        }
      };
      call.on('drain', write);
      write();
    },
  });
  const client = clientFor(t, `127.0.0.1:${port}`);
  const events = client.subscribe({ all: true }).events()[Symbol.asyncIterator]();
  assert.equal((await events.next()).value?.version, 1);
  // the same connection carries other calls meanwhile
  for (let calls = 0; calls < 50; calls += 1) await client.getStream('s');
  // 16 messages wait in the server's stream object, 1 MiB on the connection
  assert.ok(written < 40, `${written} messages were taken`);
  for (let version = 2; version <= messages; version += 1) {
    assert.equal((await events.next()).value?.version, version);
  }
  await events.return?.();
});
