import assert from 'node:assert/strict';
import { test } from 'node:test';
import { yamlText } from './cassandra-config.js';
import type { NodePlan } from './node-plan.js';

const PLAN: NodePlan = {
  version: '5.0.8',
  command: [],
  address: '127.0.0.2',
  nativePort: 9042,
  storagePort: 7000,
  jmxPort: 7199,
  folder: '/data/node2',
  seeds: ['127.0.0.1:7000', '127.0.0.2:7000'],
  initialToken: '-3074457345618258603',
  heapMb: 640,
  commitlogSync: 'periodic',
  yaml: {},
  jvmArgs: [],
};

function lines(plan: Partial<NodePlan>): string[] {
  return yamlText({ ...PLAN, ...plan }).split('\n');
}

test('views are on and Paxos is v2', () => {
  assert.ok(lines({}).includes('materialized_views_enabled: true'));
  assert.ok(lines({}).includes('paxos_variant: v2'));
});

test('each way of syncing the commit log has its own period and no other', () => {
  const commitlog = (plan: Partial<NodePlan>): string[] =>
    lines(plan).filter((line) => line.startsWith('commitlog_sync'));
  assert.deepEqual(commitlog({}), ['commitlog_sync: periodic', 'commitlog_sync_period: 10000ms']);
  assert.deepEqual(commitlog({ commitlogSync: 'batch' }), ['commitlog_sync: batch']);
  assert.deepEqual(commitlog({ commitlogSync: 'group' }), [
    'commitlog_sync: group',
    'commitlog_sync_group_window: 10ms',
  ]);
  assert.deepEqual(commitlog({ yaml: { commitlog_sync: 'batch' } }), ['commitlog_sync: batch']);
});

test('lines given by the caller replace ours, and an empty one removes', () => {
  const text = lines({
    yaml: { paxos_variant: 'v1', read_request_timeout: '1s', auto_snapshot: '' },
  });
  assert.ok(text.includes('paxos_variant: v1') && !text.includes('paxos_variant: v2'));
  assert.ok(text.includes('read_request_timeout: 1s'));
  assert.ok(!text.some((line) => line.startsWith('auto_snapshot')));
});

test('only a node of a cluster has a token of its own and skips the bootstrap', () => {
  assert.ok(
    lines({}).includes('initial_token: "-3074457345618258603"') &&
      lines({}).includes('auto_bootstrap: false'),
  );
  assert.ok(
    !lines({ initialToken: undefined }).some((line) =>
      /^(initial_token|auto_bootstrap)/.test(line),
    ),
  );
});
