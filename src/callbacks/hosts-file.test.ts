import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { HostsFile } from './hosts-file.js';

async function pathOf(t: TestContext, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hosts-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'hosts');
  await writeFile(path, text);
  return path;
}

async function addresses(hosts: HostsFile, name: string): Promise<string[]> {
  const found = await hosts.addressesOf(name);
  return found.map(({ address, family }) => `${family} ${address}`);
}

test('all addresses of a name, and of its aliases', async (t) => {
  const text = [
    '# 10.0.0.9 one',
    '10.0.0.1\tone One.Example # two',
    'fd00::1  one\r',
    '10.1 short',
    'words only',
    '',
  ].join('\n');
  const hosts = new HostsFile(await pathOf(t, text));
  assert.deepEqual(await addresses(hosts, 'one'), ['4 10.0.0.1', '6 fd00::1']);
  assert.deepEqual(await addresses(hosts, 'ONE.example.'), ['4 10.0.0.1']);
  for (const name of ['two', 'short', 'only', 'example', '']) {
    assert.deepEqual(await addresses(hosts, name), [], name);
  }
});

test('a file that changes, goes or comes is read again', async (t) => {
  const path = await pathOf(t, '10.0.0.1 one\n');
  const hosts = new HostsFile(path);
  assert.deepEqual(await addresses(hosts, 'one'), ['4 10.0.0.1']);
  await writeFile(path, '10.0.0.22 one\n');
  assert.deepEqual(await addresses(hosts, 'one'), ['4 10.0.0.22']);
  await rm(path);
  assert.deepEqual(await addresses(hosts, 'one'), []);
  await writeFile(path, '10.0.0.1 one\n');
  assert.deepEqual(await addresses(hosts, 'one'), ['4 10.0.0.1']);
});

test('localhost is this machine, whatever the file says', async (t) => {
  const both = ['4 127.0.0.1', '6 ::1'];
  const empty = new HostsFile(await pathOf(t, ''));
  const wrong = new HostsFile(await pathOf(t, '10.0.0.1 localhost a.localhost\n'));
  const four = new HostsFile(await pathOf(t, '127.0.0.1 localhost\n127.0.0.2 a.localhost\n'));
  for (const name of ['localhost', 'LOCALHOST.', 'a.localhost', 'b.a.localhost']) {
    assert.deepEqual(await addresses(empty, name), both, name);
    assert.deepEqual(await addresses(wrong, name), both, name);
  }
  assert.deepEqual(await addresses(four, 'localhost'), ['4 127.0.0.1']);
  assert.deepEqual(await addresses(four, 'a.localhost'), ['4 127.0.0.2']);
  assert.deepEqual(await addresses(four, 'b.localhost'), ['4 127.0.0.1']);
  assert.deepEqual(await addresses(four, 'notlocalhost'), []);
});

test('of a very long file the beginning counts', async (t) => {
  const line = '10.0.0.1 one\n';
  const hosts = new HostsFile(await pathOf(t, `${line}${'#\n'.repeat(600_000)}10.0.0.2 two\n`));
  assert.deepEqual(await addresses(hosts, 'one'), ['4 10.0.0.1']);
  assert.deepEqual(await addresses(hosts, 'two'), []);
});
