import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Program } from '../e2e/program.js';
import { embeddedStorage } from '../e2e/storages.js';
import { temporaryFile } from './authenticator-under-test.js';

const OPEN = { HOST: '0.0.0.0', PORT: '0' };

test('servers do not listen to others unless they know their callers', async (t) => {
  const env = { ...(await embeddedStorage.prepare(t)), ...OPEN };
  for (const name of ['grpc-store', 'grpc-sink']) {
    const refused = new Program(t, name, env);
    assert.equal((await refused.exit()).code, 2);
    assert.match(refused.output, /^HOST 0\.0\.0\.0 lets others call/);
  }
  const insecure = new Program(t, 'grpc-store', { ...env, INSECURE: 'true' });
  await insecure.waitFor(/"msg":"INSECURE: everybody/);
  await insecure.waitFor(/^Cassadra/m);
  await insecure.stop('SIGTERM');
});

test('a server with callers, without TLS, says that tokens can be read', async (t) => {
  const file = await temporaryFile(t, '{"callers":[]}');
  const served = new Program(t, 'grpc-sink', { ...OPEN, ACCESS_FILE: file });
  await served.waitFor(/"msg":"tokens are readable on the network/);
  await served.waitFor(/^Cassadra/m);
  await served.stop('SIGTERM');
});

test('a file that cannot be read ends the program with its name', async (t) => {
  const env = { ...(await embeddedStorage.prepare(t)), PORT: '0', ACCESS_FILE: '/nowhere.json' };
  const program = new Program(t, 'grpc-store', env);
  assert.equal((await program.exit()).code, 2);
  assert.match(program.output, /\/nowhere\.json: it cannot be read \(ENOENT\)/);
});
