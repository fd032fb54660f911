import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cassandraEnvironment, skipCassandra } from '../e2e/cassandra-storage.js';
import { embeddedStorage, temporaryFolder } from '../e2e/storages.js';
import { startStore } from '../e2e/program.js';
import { Cli, objectsIn } from './cli.js';

function levelsOf(text: string): Record<string, string> {
  const findings = objectsIn(text);
  return Object.fromEntries(
    findings.map(({ check, level }) => [
      String(check).replace(/^node [\d.:]+ /, 'node '),
      String(level),
    ]),
  );
}

describe('doctor', () => {
  test('on an embedded store, beside its server', async (t) => {
    const env = await embeddedStorage.prepare(t);
    await startStore(t, env);
    const text = await new Cli(t, env).output(['doctor', '--json']);
    assert.deepEqual(levelsOf(text), {
      ...{ program: 'ok', node: 'ok', storage: 'ok', 'data directory': 'ok' },
      ...{ 'free disk': 'ok', append: 'ok', 'feed by type': 'ok' },
    });
  });

  test('a folder without data is told, not made', async (t) => {
    const folder = await temporaryFolder(t);
    const { code, stdout } = await new Cli(t, {}).run(['doctor', '--data-dir', `${folder}/none`]);
    assert.equal(code, 3);
    assert.match(stdout, /^fail data directory: .* holds no data -> start the server/m);
    assert.doesNotMatch(stdout, /append/);
  });

  test('where no Cassandra answers', async (t) => {
    const flags = ['--storage', 'cassandra', '--cassandra-hosts', '127.0.0.1:1'];
    const { code, stdout } = await new Cli(t, {}).run(['doctor', ...flags]);
    assert.equal(code, 3);
    assert.match(stdout, /^fail connection: no Cassandra node answers/m);
  });

  test('on a real Cassandra, before and after the schema', { skip: skipCassandra }, async (t) => {
    const cli = new Cli(t, cassandraEnvironment());
    const before = await cli.run(['doctor', '--json']);
    assert.equal(before.code, 3);
    assert.equal(levelsOf(before.stdout)['schema'], 'fail');
    assert.match(await cli.output(['schema', 'apply']), /is ready\.\n$/);
    const after = levelsOf(await cli.output(['doctor', '--json']));
    assert.deepEqual(
      ['schema', 'consistency', 'replication', 'conditional writes', 'append', 'feed by type'].map(
        (check) => after[check],
      ),
      ['ok', 'ok', 'warn', 'ok', 'ok', 'ok'],
    );
    for (const check of ['version', 'clock', 'materialized_views_enabled']) {
      assert.equal(after[`node ${check}`], 'ok', check);
    }
  });
});
