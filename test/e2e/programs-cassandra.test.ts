import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cassandraEnvironment, cassandraStorage, skipCassandra } from './cassandra-storage.js';
import { Program, startStore } from './program.js';
import { exercisePrograms } from './programs.js';

describe('on Cassandra', { skip: skipCassandra }, () => {
  exercisePrograms(cassandraStorage);

  test('gentables makes the tables for a server that waits for them', async (t) => {
    const env = cassandraEnvironment();
    const server = new Program(t, 'grpc-store', { PORT: '0', ...env });
    await server.waitFor(/"msg":"the storage cannot be opened yet"/);
    const gentables = new Program(t, 'gentables', env);
    assert.deepEqual(await gentables.exit(), { code: 0, signal: null }, gentables.output);
    assert.match(gentables.output, /^The keyspace e2e_\w+ is ready\.$/m);
    await server.waitFor(/"msg":"the storage is open"/);
    const again = new Program(t, 'gentables', env);
    assert.deepEqual(await again.exit(), { code: 0, signal: null }, 'repeating it is fine');
    assert.deepEqual(await server.stop('SIGTERM'), { code: 0, signal: null });
    const { program } = await startStore(t, env);
    assert.deepEqual(await program.stop('SIGINT'), { code: 0, signal: null });
  });
});
