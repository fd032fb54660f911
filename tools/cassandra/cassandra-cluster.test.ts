import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { type CassandraCluster, CassandraUnavailableError, startCassandra } from './index.js';
import { askCql } from './cql-probe.js';

const QUESTION = { query: 'SELECT key FROM system.local', consistency: 'ONE' } as const;
const skip = process.env['CASSADRA_TEST_CASSANDRA_SKIP'] ?? false;

async function serves(cluster: CassandraCluster, index = 0, timeoutMs = 2_000): Promise<boolean> {
  const node = cluster.nodes[index];
  assert.ok(node);
  return (await askCql(node.address, node.nativePort, { ...QUESTION, timeoutMs })) !== undefined;
}

describe('one node', { skip }, () => {
  let cluster: CassandraCluster;
  before(async () => {
    cluster = await startCassandra();
  });
  after(() => cluster.stop());

  test('serves, freezes, comes back, dies and restarts', async () => {
    const [node] = cluster.nodes;
    assert.ok(node?.pid);
    assert.equal(await serves(cluster), true);
    node.pause();
    assert.equal(node.state, 'paused');
    assert.equal(await serves(cluster, 0, 200), false);
    node.resume();
    assert.equal(await serves(cluster), true);
    await node.kill();
    assert.deepEqual([node.state, node.pid, await serves(cluster)], ['stopped', undefined, false]);
    await node.restart();
    assert.deepEqual([node.state, await serves(cluster)], ['running', true]);
  });

  test('says so when it ends by itself, and goes with its data', async () => {
    const pid = cluster.nodes[0]?.pid;
    assert.ok(pid);
    process.kill(pid, 'SIGKILL');
    // The cluster keeps no process alive, so the wait brings its own timer.
    const limit = AbortSignal.timeout(30_000);
    const alive = setInterval(() => {}, 1_000);
    const reason = await Promise.race([
      cluster.died,
      once(limit, 'abort').then(() => 'nothing'),
    ]).finally(() => clearInterval(alive));
    assert.match(reason, /ended by itself: SIGKILL/);
    await cluster.stop();
    assert.equal(existsSync(cluster.folder), false);
  });
});

describe('a start that fails', { skip }, () => {
  test('shows the end of the log of a node that ended early', async () => {
    await assert.rejects(
      startCassandra({ yaml: { no_such_setting: '1' } }),
      /ended before it was ready[\s\S]*no_such_setting/,
    );
  });

  test('names the port that is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    assert.ok(typeof address === 'object' && address);
    await assert.rejects(
      startCassandra({ nativePort: address.port }),
      new RegExp(`port ${address.port} on 127.0.0.1 is in use`),
    );
    server.close();
  });

  test('refuses a version that is too old or none at all', async () => {
    for (const version of ['3.11.19', '../5.0.8']) {
      await assert.rejects(startCassandra({ version }), CassandraUnavailableError);
    }
  });
});

const long = process.env['CASSADRA_TEST_LONG'] === '1';
describe('three nodes', { skip: skip || (long ? false : 'only with --long') }, () => {
  test('serve together, and two serve while one is down', async () => {
    const cluster = await startCassandra({ nodes: 3 });
    try {
      assert.deepEqual(
        new Set(cluster.nodes.map((node) => node.address)),
        new Set(['127.0.0.1', '127.0.0.2', '127.0.0.3']),
      );
      await cluster.nodes[2]?.kill();
      assert.deepEqual(await Promise.all([0, 1, 2].map((index) => serves(cluster, index))), [
        true,
        true,
        false,
      ]);
      await cluster.nodes[2]?.restart();
      assert.equal(await serves(cluster, 2), true);
    } finally {
      await cluster.stop();
    }
  });
});
