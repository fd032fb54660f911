import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { connect } from '../../../src/client/index.js';
import { seededRandom } from '../../../src/runtime/index.js';
import { serverFaults } from './server-faults.js';
import { ServerProcess } from './server-process.js';

const HOUR_MS = 3_600_000;

async function serverOn(t: TestContext, env: Record<string, string>): Promise<ServerProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'cassadra-server-'));
  const server = await ServerProcess.of({
    ...{ name: 'server 1', program: 'grpc-store', host: '127.0.0.1', folder },
    env: { STORAGE: 'embedded', DATA_DIR: join(folder, 'data'), ...env },
  });
  t.after(async () => {
    await server.kill();
    await rm(folder, { recursive: true, force: true });
  });
  return server;
}

async function savetimeOfAppend(server: ServerProcess, stream: string): Promise<number> {
  const store = connect(server.endpoint.grpc);
  try {
    return (await store.append(stream, { type: 1 })).savetimeMs;
  } finally {
    await store.close();
  }
}

test('a server is killed, started at its old place, paused, and told a wrong time', async (t) => {
  const server = await serverOn(t, {});
  assert.equal(server.state, 'down');
  await server.start();
  const first = server.pid;
  await savetimeOfAppend(server, 'a');

  const [kill, pause, jump] = ['kill-server', 'pause-server', 'clock-jump'].map((name) => {
    const found = serverFaults([server]).find((fault) => fault.name === name);
    assert.ok(found, name);
    return found;
  });
  const killed = await kill?.inject(seededRandom(1));
  assert.equal(server.state, 'down');
  assert.equal(killed?.target, 'server 1');
  assert.equal(await jump?.inject(seededRandom(1)), undefined, 'nothing runs to be hit');
  await killed?.heal();
  assert.notEqual(server.pid, first);

  const paused = await pause?.inject(seededRandom(1));
  assert.equal(server.state, 'paused');
  await paused?.heal();
  await server.untilReady();

  const jumped = await jump?.inject(seededRandom(1));
  assert.equal(server.aheadMs, jumped?.aheadMs);
  await jumped?.heal();
  assert.equal(server.aheadMs, 0);

  await server.setAheadMs(HOUR_MS);
  assert.ok((await savetimeOfAppend(server, 'b')) - Date.now() > HOUR_MS / 2, 'an hour ahead');
  await server.kill();
  await server.start();
  assert.ok((await savetimeOfAppend(server, 'c')) - Date.now() > HOUR_MS / 2, 'still');
  await server.stop();
  assert.deepEqual(server.crashes, []);
});

test('an end that nobody asked for is reported with the end of the log', async (t) => {
  const server = await serverOn(t, { LOG_LEVEL: 'loud' });
  await assert.rejects(server.start(), /server 1 has ended.*LOG_LEVEL/s);
  assert.equal(server.crashes.length, 1);
  assert.match(server.crashes[0]?.what ?? '', /exit code 2.*LOG_LEVEL/s);
});
