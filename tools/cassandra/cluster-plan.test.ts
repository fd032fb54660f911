import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { planCluster } from './cluster-plan.js';

test('nodes in namespaces have the usual ports, their own command, settings and arguments', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cassadra-plan-'));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  // addresses that are not of this machine are not tried
  const hosts = [1, 2, 3].map((number) => ({
    address: `10.77.0.${number}`,
    command: ['nsenter', `${number}`],
    yaml: { read_request_timeout: `${number}s`, auto_snapshot: 'true' },
    jvmArgs: [`-Dnumber=${number}`],
  }));
  const options = { hosts, dataDir, yaml: { auto_snapshot: 'false' }, jvmArgs: ['-Dall=1'] };
  const { nodes } = await planCluster(options);
  assert.deepEqual(
    nodes.map(({ address, nativePort, storagePort }) => [address, nativePort, storagePort]),
    [1, 2, 3].map((number) => [`10.77.0.${number}`, 9_042, 7_000]),
  );
  const [, second] = nodes;
  assert.deepEqual(second?.command, ['nsenter', '2']);
  assert.deepEqual(second.yaml, { read_request_timeout: '2s', auto_snapshot: 'false' });
  assert.deepEqual(second.jvmArgs, ['-Dall=1', '-Dnumber=2']);
  assert.deepEqual(second.seeds, ['10.77.0.1:7000', '10.77.0.2:7000', '10.77.0.3:7000']);
  await assert.rejects(planCluster({ hosts: hosts.slice(1) }), /1 or 3 nodes, not 2/);
});
