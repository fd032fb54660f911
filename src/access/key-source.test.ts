import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { exportJWK, generateKeyPair } from 'jose';
import { FakeTime, silentLogger, systemTimers } from '../runtime/index.js';
import { KeysOfUrl } from './key-source.js';

const { publicKey } = await generateKeyPair('ES256', { extractable: true });
const KEY = await exportJWK(publicKey);
const setOf = (kid: string): string => JSON.stringify({ keys: [{ ...KEY, kid }] });

interface Issuer {
  readonly url: string;
  readonly keys: KeysOfUrl;
  readonly time: FakeTime;
  readonly problems: unknown[];
  requests: number;
  answer: RequestListener;
}

async function issuerOf(context: TestContext, answer: RequestListener): Promise<Issuer> {
  const server = createServer((request, response) => {
    issuer.requests += 1;
    issuer.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  const time = new FakeTime();
  const problems: unknown[] = [];
  const logger = {
    ...silentLogger,
    error: ({ problem }: object & { problem?: unknown }) => problems.push(problem),
  };
  const keys = new KeysOfUrl(url, { clock: time, timers: systemTimers, logger });
  const issuer: Issuer = { url, keys, time, problems, requests: 0, answer };
  return issuer;
}

const answers =
  (text: string): RequestListener =>
  (_request, response) =>
    response.end(text);

describe('keys that an issuer publishes', () => {
  test('are fetched at the start, and again from time to time', async (t) => {
    const issuer = await issuerOf(t, answers(setOf('a')));
    await issuer.keys.start();
    const first = issuer.keys.current();
    assert.deepEqual(
      first?.jwks().keys.map(({ kid }) => kid),
      ['a'],
    );
    await issuer.keys.tick();
    assert.equal(issuer.requests, 1);
    issuer.time.advance(300_000);
    await issuer.keys.tick();
    assert.equal(issuer.requests, 2);
    assert.equal(issuer.keys.current(), first, 'nothing has changed');
    issuer.answer = answers(setOf('b'));
    issuer.time.advance(300_000);
    await issuer.keys.tick();
    assert.notEqual(issuer.keys.current(), first);
  });

  test('are looked for at most every 30 s, however many tokens name others', async (t) => {
    const issuer = await issuerOf(t, answers(setOf('a')));
    await issuer.keys.start();
    for (let count = 0; count < 100; count += 1) await issuer.keys.refresh();
    assert.equal(issuer.requests, 1);
    issuer.time.advance(30_000);
    await Promise.all(Array.from({ length: 100 }, () => issuer.keys.refresh()));
    assert.equal(issuer.requests, 2);
  });

  test('stay while the issuer is away or talks nonsense, which is said once', async (t) => {
    const issuer = await issuerOf(t, answers(setOf('a')));
    await issuer.keys.start();
    const first = issuer.keys.current();
    const nonsense: readonly RequestListener[] = [
      answers('<html>'),
      answers('{"keys":[]}'),
      (_request, response) => response.writeHead(500).end(setOf('b')),
      (_request, response) => response.writeHead(302, { location: '/other' }).end(),
      (_request, response) => response.end('x'.repeat(1_100_000)),
      (request) => request.socket.destroy(),
    ];
    for (const answer of nonsense) {
      issuer.answer = answer;
      issuer.time.advance(300_000);
      await issuer.keys.tick();
      assert.equal(issuer.keys.current(), first);
    }
    assert.equal(issuer.requests, 1 + nonsense.length, 'no redirection was followed');
    assert.equal(issuer.problems.length, 1);
    issuer.answer = answers(setOf('b'));
    issuer.time.advance(300_000);
    await issuer.keys.tick();
    assert.notEqual(issuer.keys.current(), first);
  });

  test('are not there yet: looked for again soon', async (t) => {
    const issuer = await issuerOf(t, (request) => request.socket.destroy());
    await issuer.keys.start();
    assert.equal(issuer.keys.current(), undefined);
    issuer.answer = answers(setOf('a'));
    issuer.time.advance(5_000);
    await issuer.keys.tick();
    assert.notEqual(issuer.keys.current(), undefined);
  });
});
