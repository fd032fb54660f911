import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { connect } from '../../src/client/index.js';
import { mainOf, startStore, type RunningStore } from '../e2e/program.js';
import { temporaryFolder } from '../e2e/storages.js';
import { Cli, objectsIn } from './cli.js';

/** In units of 1 KiB, as `ulimit -f` of dash and bash counts, or half of that. */
const FILE_LIMIT = 20;

interface Filled extends RunningStore {
  readonly folder: string;
  readonly data: string;
  readonly backup: string;
}

/** A store with three events and one timer, and its server. */
async function filled(context: TestContext): Promise<Filled> {
  const folder = await temporaryFolder(context);
  const [data, backup] = [join(folder, 'data'), join(folder, 'backups', 'one')];
  const server = await startStore(context, { STORAGE: 'embedded', DATA_DIR: data });
  const store = connect(`127.0.0.1:${server.port}`);
  for (const name of ['a', 'b', 'a']) await store.append(name, [{ type: 'T', data: { name } }]);
  const append = { stream: 'a', type: 'Late', data: {} };
  const due = Date.now() + 3_600_000;
  await store.timers.schedule({ application: 'shop', eventId: '1', due, append });
  await store.close();
  return { ...server, folder, data, backup };
}

describe('backup and restore', () => {
  test('beside a running server, which then cannot be restored over', async (t) => {
    const { data, backup, program } = await filled(t);
    const cli = new Cli(t, {});
    const taking = ['backup', '--data-dir', data, '--to', backup, '--json'];
    const [shown] = objectsIn(await cli.output(taking));
    const [described] = objectsIn(
      (await readFile(join(backup, 'backup.json'), 'utf8')).replaceAll('\n', ' '),
    );
    assert.deepEqual(shown, { to: backup, ...described });
    const counts = '"events":3,"streams":2,"timedEvents":1,"position":3,';
    assert.ok(JSON.stringify(described).includes(counts));
    assert.deepEqual((await readdir(backup)).sort(), ['backup.json', 'cassadra-backup.mdb']);

    const again = await cli.run(taking);
    assert.equal(again.code, 5);
    assert.match(again.stderr, /^\{"error":.*exists already: name a new folder/);

    const restore = ['restore', '--from', backup, '--data-dir', data];
    const refused = await cli.run(restore);
    assert.equal(refused.code, 5);
    assert.match(refused.stderr, /holds data already: .* --force/);
    const forced = await cli.run([...restore, '--force']);
    assert.equal(forced.code, 5);
    assert.match(forced.stderr, new RegExp(`is open in process ${program.pid}: stop it first`));

    await program.stop('SIGTERM');
    const said = await cli.output([...restore, '--force']);
    assert.match(said, /data: 3 events of 2 streams, the newest at position 3 .*, 1 timed events/);
    assert.match(said, /\nWhat was there is now .*\/cassadra\.mdb\.before-\d{8}T\d{9}Z\n$/);
    const { port } = await startStore(t, { STORAGE: 'embedded', DATA_DIR: data });
    const restored = Cli.of(t, port);
    assert.equal(objectsIn(await restored.output(['read', 'a', '--json'])).length, 2);
    assert.match(await restored.output(['timers', 'list', 'shop']), /pending/);
  });

  test('a folder without data, and another storage', async (t) => {
    const folder = await temporaryFolder(t);
    const to = join(folder, 'backup');
    const none = await new Cli(t, {}).run(['backup', '--data-dir', folder, '--to', to]);
    assert.deepEqual([none.code, await readdir(folder)], [7, []]);
    const cassandra = { STORAGE: 'cassandra', CASSANDRA_HOSTS: '127.0.0.1' };
    const other = await new Cli(t, cassandra).run(['backup', '--to', to]);
    assert.equal(other.code, 2);
    assert.match(other.stderr, /For Cassandra see docs\/guides\/backup\.md/);
  });

  test('a full disk is told, and nothing half is left on it', async (t) => {
    if (process.platform === 'win32') return t.skip('there is no file size limit to set');
    const { folder, data, backup, program } = await filled(t);
    await program.stop('SIGTERM');
    await new Cli(t, {}).output(['backup', '--data-dir', data, '--to', backup]);
    const command = `ulimit -f ${FILE_LIMIT} && exec "$0" "$@"`;
    const into = join(folder, 'too-small');
    for (const args of [
      ['backup', '--data-dir', data, '--to', join(folder, 'too-large')],
      ['restore', '--from', backup, '--data-dir', into],
    ]) {
      const program = ['-c', command, process.execPath, mainOf('cassadra')];
      const { status, stderr } = spawnSync('sh', [...program, ...args], { encoding: 'utf8' });
      assert.equal(status, 1, stderr);
      assert.match(stderr, /there is no room for .*\. The disk is full\./);
    }
    assert.deepEqual((await readdir(folder)).sort(), ['backups', 'data', 'too-small']);
    assert.deepEqual(await readdir(into), []);
  });
});
