import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { runMirrorDemo } from '../../tools/envoy/mirror-demo.js';
import { Program } from '../e2e/program.js';
import { skipEnvoy } from './envoy-for-tests.js';

const MAIN = fileURLToPath(new URL('../../tools/envoy/main.js', import.meta.url));

test('npm run demo:mirror shows each call of the client at the sink', {
  skip: skipEnvoy,
}, async (t) => {
  const home = { HOME: process.env['HOME'] ?? '' };
  const demo = new Program(t, 'demo:mirror', home, { args: [MAIN, '--free-ports'] });
  assert.deepEqual(await demo.exit(), { code: 0, signal: null }, demo.output);
  const [, calls, mirrored] = /made (\d+) calls; the sink logged (\d+)/.exec(demo.output) ?? [];
  assert.ok(Number(calls) >= 15, demo.output);
  assert.equal(mirrored, calls);
  const updates = demo.output.match(/^sink +\| Update [0-9a-f-]{36} at version \d, types \d$/gm);
  assert.equal(updates?.length, 7, 'six changes, and the stale one');
  assert.match(demo.output, /^client +\| {3}Ann is in ward A \(version 1\)$/m);
  assert.match(demo.output, /^poller +\| \d{4}-.* type 1 /m);
});

test('a port that is taken is named', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const address = other.address();
  assert.ok(typeof address === 'object' && address !== null);
  const ports = { envoy: 0, admin: 0, store: address.port, sink: 0 };
  await assert.rejects(
    runMirrorDemo({ ports, print: () => undefined }),
    new RegExp(`The port ${address.port} is taken`),
  );
});
