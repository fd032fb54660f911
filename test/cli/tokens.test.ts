import assert from 'node:assert/strict';
import { readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAccessFile, tokenHash } from '../../src/access/index.js';
import { startStore } from '../e2e/program.js';
import { embeddedStorage, temporaryFolder } from '../e2e/storages.js';
import { Cli, objectsIn } from './cli.js';

test('tokens: made, listed, renewed, removed', async (t) => {
  const cli = new Cli(t, {});
  const folder = await temporaryFolder(t);
  const file = join(folder, 'access.json');
  const make = (...more: readonly string[]): Promise<string> =>
    cli.output(['tokens', 'new', '--name', 'orders', '--file', file, ...more]);
  const hashesIn = async (): Promise<readonly string[]> =>
    parseAccessFile(await readFile(file, 'utf8'))[0]?.token_sha256 ?? [];

  const rights = ['--stream-prefix', 'order-', '--stream-prefix', 'o-', '--application', 'shop'];
  const first = (await make('--roles', 'read,append', '--expires', '2030-01-01', ...rights)).trim();
  assert.match(first, /^cst_[\w-]{43}$/);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(parseAccessFile(await readFile(file, 'utf8')), [
    {
      name: 'orders',
      token_sha256: [tokenHash(first)],
      roles: ['read', 'append'],
      stream_prefixes: ['order-', 'o-'],
      applications: ['shop'],
      expires: Date.UTC(2030, 0, 1),
    },
  ]);
  const second = (await make()).trim();
  assert.deepEqual(await hashesIn(), [tokenHash(first), tokenHash(second)]);
  const [listed] = objectsIn(await cli.output(['tokens', 'list', '--json', '--file', file]));
  assert.equal(listed?.['name'], 'orders');
  assert.ok(!JSON.stringify(listed).includes(first));

  // a link stays one, and rights of the file, too
  const link = join(folder, 'link.json');
  await symlink(file, link);
  const digits = tokenHash(first).slice(0, 8).toUpperCase();
  await cli.output(['tokens', 'remove', 'orders', '--hash', digits, '--file', link]);
  assert.deepEqual(await hashesIn(), [tokenHash(second)]);
  await cli.output(['tokens', 'remove', 'orders', '--file', link]);
  assert.deepEqual(await hashesIn(), []);
});

test('a token that was made opens a server that asks for one', async (t) => {
  const cli = new Cli(t, {});
  const file = join(await temporaryFolder(t), 'access.json');
  const made = ['tokens', 'new', '--name', 'ops', '--roles', 'read,append', '--file', file];
  const token = (await cli.output(made)).trim();
  const env = { ...(await embeddedStorage.prepare(t)), ACCESS_FILE: file };
  const { port, program } = await startStore(t, env);
  const server = { CASSADRA_SERVER: `127.0.0.1:${port}`, CASSADRA_RETRY_MS: '0' };
  const open = { ...server, CASSADRA_TOKEN: token, CASSADRA_ALLOW_INSECURE_TOKEN: 'true' };
  const event = '{"type":"A","data":{}}\n';
  await new Cli(t, open).output(['append', 'order-1'], event);
  assert.match(await new Cli(t, open).output(['read', 'order-1']), /A/);
  const none = await new Cli(t, server).run(['read', 'order-1']);
  assert.deepEqual([none.code, none.stdout], [1, '']);
  assert.match(none.stderr, /a bearer token is required/);
  const flags = ['--token', 'cst_wrong', '--allow-insecure-token'];
  const wrong = await new Cli(t, server).run(['read', 'order-1', ...flags]);
  assert.match(wrong.stderr, /is not accepted/);
  assert.ok(!program.output.includes(token));
});
