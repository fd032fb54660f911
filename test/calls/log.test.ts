import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { startStore } from '../e2e/program.js';
import { call } from '../http/http-caller.js';
import { RawConnection } from '../http/raw-connection.js';

const LIMIT = { timeout: 120_000 };

/** A part of every secret and payload that is sent here. */
const MARK = 'XYZZYGEHEIM';
const TOKEN = `cst_${MARK}${'a'.repeat(32)}`;

async function accessFile(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cassadra-log-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'access.json');
  const hash = createHash('sha256').update(TOKEN).digest('hex');
  const roles = ['read', 'append', 'schedule', 'admin'];
  await writeFile(
    file,
    JSON.stringify({ callers: [{ name: 'all', token_sha256: [hash], roles }] }),
  );
  return file;
}

test('a server that is sent secrets everywhere writes none of them', LIMIT, async (t) => {
  const { program, port, httpPort } = await startStore(t, {
    STORAGE: 'memory',
    LOG_LEVEL: 'debug',
    LOG_CALLS: 'all',
    ACCESS_FILE: await accessFile(t),
    SECRETS_KEY: Buffer.from(MARK.padEnd(32, 'x')).toString('base64'),
  });
  await sendOverHttp(httpPort);
  await sendOverGrpc(port);
  const id = { 'x-request-id': 'the-last-one', authorization: `Bearer ${TOKEN}` };
  await call(httpPort, '/v1/types', { headers: id });
  await program.waitFor(/"request_id":"the-last-one"/);
  assert.deepEqual(await program.stop('SIGTERM'), { code: 0, signal: null });
  const lines = program.output.split('\n').filter((line) => line.startsWith('{'));
  const calls = lines.filter((line) => line.includes('"msg":"call ended"'));
  assert.ok(calls.length >= 14, program.output);
  for (const line of lines) assert.ok(!line.includes(MARK), line);
  for (const line of calls) {
    const fields = JSON.parse(line) as Record<string, unknown>;
    for (const name of ['request_id', 'transport', 'method', 'code', 'ms', 'address']) {
      assert.ok(name in fields, line);
    }
  }
  assert.ok(
    calls.some((line) => /Service\/Append","code":"OK"/.test(line)),
    'an append went well',
  );
  const methods = calls.map((line) => (JSON.parse(line) as { method: string }).method);
  assert.ok(methods.includes('cassadra.v1.EventStoreService/Append'), methods.join());
  assert.ok(methods.includes('POST /cassata/add'));
  assert.ok(methods.includes('unmatched'));
});

async function sendOverHttp(port: number): Promise<void> {
  const headers = { authorization: `Bearer ${TOKEN}`, cookie: MARK, 'x-api-key': MARK };
  const post = (path: string, body: unknown): Promise<unknown> =>
    call(port, path, { headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
  await post('/v1/streams/s/events', {
    events: [{ type: 'Placed', json: `{"secret":"${MARK}"}`, metadata: { token: MARK } }],
  });
  await post('/v1/streams/s/events', `{"events":[{"type":"Placed","json":"${MARK}`);
  await post('/v1/streams/s/events', { events: [{ type: 'Placed', json: MARK, unknown: MARK }] });
  await post('/v1/applications/shop/signing-keys', { keyId: 'k', secret: MARK });
  await post('/v1/applications/shop/destinations:setCredentials', {
    url: 'https://receiver.test/',
    bearer: { token: MARK },
  });
  await post('/cassata/add', {
    eventId: 'e',
    application: 'shop',
    eventJson: { card: MARK },
    expiry: 4_000_000_000,
    destinationUrl: `http://127.0.0.1:9/?key=${MARK}`,
    headers: [`Authorization: Bearer ${MARK}`],
  });
  await post('/cassata/add', `{"event": "${MARK}`);
  await post(`/nowhere?token=${MARK}`, MARK);
  await call(port, `/v1/types?pageToken=${MARK}`, { headers });
  await call(port, '/v1/types', { headers: { authorization: `Bearer ${MARK}` } });
  await call(port, '/v1/types', { headers: { authorization: `Bearer a.${MARK}.c` } });
  const ids = { ...headers, 'x-request-id': `${MARK} with a space` };
  await call(port, '/v1/types', { headers: ids });
  const broken = await RawConnection.open(port);
  broken.write(`GET /${MARK} HTTP/9\r\n${MARK}\r\n\r\n`);
  await broken.untilClosed();
}

const same = (bytes: Buffer): Buffer => bytes;

async function sendOverGrpc(port: number): Promise<void> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const send = (path: string, authorization: string, bytes: Buffer): Promise<void> => {
    const metadata = new Metadata();
    metadata.set('authorization', authorization);
    metadata.set('cassadra-append-id', MARK);
    return new Promise((resolve) => {
      client.makeUnaryRequest(path, same, same, bytes, metadata, () => resolve());
    });
  };
  const garbage = Buffer.from(MARK);
  await send('/storegrpc.EventStoreService/Update', `Bearer ${TOKEN}`, garbage);
  await send('/storegrpc.EventStoreService/FindByID', `Bearer ${MARK}`, garbage);
  await send('/cassadra.v1.EventStoreService/Append', `Bearer ${TOKEN}`, garbage);
  await send(`/cassadra.v1.${MARK}/Append`, `Bearer ${TOKEN}`, garbage);
  client.close();
}
