import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { SearchList } from './search-list.js';

async function pathOf(t: TestContext, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'resolv-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'resolv.conf');
  await writeFile(path, text);
  return path;
}

const NAMES: [title: string, text: string, name: string, candidates: string[]][] = [
  ['no search', 'nameserver 127.0.0.1\n', 'a', ['a']],
  ['a short name', 'search x y.z\n', 'a', ['a.x', 'a.y.z', 'a']],
  ['a name with a dot', 'search x y.z\n', 'a.b', ['a.b', 'a.b.x', 'a.b.y.z']],
  ['a dot at the end', 'search x\noptions ndots:5\n', 'a.b.', ['a.b.']],
  ['too few dots', 'search x\noptions ndots:3\n', 'a.b.c', ['a.b.c.x', 'a.b.c']],
  ['enough dots', 'search x\noptions ndots:2\n', 'a.b.c', ['a.b.c', 'a.b.c.x']],
  ['no dots needed', 'search x\noptions ndots:0\n', 'a', ['a', 'a.x']],
  ['other options', 'options rotate ndots:2 edns0\nsearch x\n', 'a.b', ['a.b.x', 'a.b']],
  ['the last ndots', 'options ndots:2\noptions ndots:1\nsearch x\n', 'a.b', ['a.b', 'a.b.x']],
  ['ndots that is kept', 'options ndots:2\noptions rotate\nsearch x', 'a.b', ['a.b.x', 'a.b']],
  ['a wrong ndots', 'search x\noptions ndots:-1 ndots:\n', 'a.b', ['a.b', 'a.b.x']],
  ['the last search', 'search x\nsearch y\n', 'a', ['a.y', 'a']],
  ['an empty search', 'search x\nsearch \n', 'a', ['a.x', 'a']],
  ['domain', 'domain x y\n', 'a', ['a.x', 'a']],
  ['domain after search', 'search x\ndomain y\n', 'a', ['a.x', 'a']],
  ['the root', 'search . x.\n', 'a', ['a', 'a.x']],
  [
    'comments and white space',
    '#search q\n;search q\n search q\nsearch\tx  y \r\n',
    'a',
    ['a.x', 'a.y', 'a'],
  ],
];

for (const [title, text, name, candidates] of NAMES) {
  test(`search domains: ${title}`, async (t) => {
    const search = new SearchList(await pathOf(t, text));
    assert.deepEqual(await search.candidatesOf(name), candidates);
  });
}

test('six domains and fifteen dots at most', async (t) => {
  const text = 'search 1 2 3 4 5 6 7\noptions ndots:99\n';
  const search = new SearchList(await pathOf(t, text));
  const domains = ['1', '2', '3', '4', '5', '6'];
  const longer = (name: string): string[] => domains.map((domain) => `${name}.${domain}`);
  const [few, many] = ['a.'.repeat(14) + 'a', 'a.'.repeat(15) + 'a'];
  assert.deepEqual(await search.candidatesOf(few), [...longer(few), few]);
  assert.deepEqual(await search.candidatesOf(many), [many, ...longer(many)]);
});

test('a system without the file has no search domains', async () => {
  assert.deepEqual(await new SearchList(undefined).candidatesOf('a'), ['a']);
});
