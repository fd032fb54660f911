import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cassandraStorage, skipCassandra } from '../e2e/cassandra-storage.js';
import { exerciseTransfer } from './transfers.js';

describe('export and import between backends', { skip: skipCassandra }, () => {
  test('embedded to Cassandra, each killed and gone on with', async (t) => {
    const { cli } = await exerciseTransfer(t, cassandraStorage);
    assert.match(await cli.output(['verify', '--until', String(Date.now())]), /^sound: /);
  });
});
