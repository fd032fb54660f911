import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { exactVersion, NO_STREAM } from '../../../src/core/index.js';
import type { NamedStream } from '../../../src/storage/index.js';
import { appendOf, check, freshName, freshStream, namedStream, newEvent, type Kit } from './kit.js';

const byUtf8 = (left: string, right: string): number =>
  Buffer.compare(Buffer.from(left), Buffer.from(right));

/** Ends of names. In UTF-16 order the emoji would come before the full-width tilde. */
const ENDINGS = [
  '',
  '\u0000',
  ' ',
  '%',
  '-1',
  '-10',
  '-2',
  'A',
  'Z',
  '_',
  'a',
  'aa',
  'ab',
  'b',
].concat(['b/é', 'e\u0301', 'é', '\u07ff', '\u0800', '\ufeff', '\uff5e', '😀', '\u{10ffff}x']);

export function exerciseDirectory(kit: Kit): void {
  describe('directory of named streams', () => {
    check('every name once, in the order of UTF-8 bytes, whatever the page', async () => {
      const prefix = freshName();
      const names = await create(
        kit,
        ENDINGS.map((ending) => prefix + ending),
      );
      for (const limit of kit.listLimits(1, 2, 5, ENDINGS.length, 1_000)) {
        assert.deepEqual(await listAll(kit, prefix, limit), names);
      }
    });

    check('a prefix is compared character by character, not as a pattern', async () => {
      const prefix = freshName();
      const names = await create(
        kit,
        ENDINGS.map((ending) => prefix + ending),
      );
      for (const part of ['a', '%', '_', '-1', '😀', '\u{10ffff}', 'é', '\u0000', 'b/', 'zz']) {
        const wanted = names.filter((name) => name.startsWith(prefix + part));
        assert.deepEqual(await listAll(kit, prefix + part, 3), wanted, JSON.stringify(part));
      }
    });

    check('after: exclusive, whether the name exists or not', async () => {
      const prefix = freshName();
      const names = await create(
        kit,
        ['a', 'b', 'c', 'd'].map((ending) => prefix + ending),
      );
      const list = async (after: string) => {
        const query = { prefix, after, limit: 100 };
        return (await kit.backend.streams.listStreams(query)).map((stream) => stream.name);
      };
      assert.deepEqual(await list(''), names);
      assert.deepEqual(await list(`${prefix}b`), names.slice(2));
      assert.deepEqual(await list(`${prefix}bb`), names.slice(2));
      assert.deepEqual(await list(prefix), names);
      assert.deepEqual(await list('!'), names);
      assert.deepEqual(await list(`${prefix}d`), []);
      assert.deepEqual(await list('~'), []);
    });

    check('more events do not list a stream again; the id is that of the name', async () => {
      const stream = namedStream(freshName());
      for (let round = 0; round < 3; round += 1) {
        await kit.write(stream, newEvent(kit.freshType()));
      }
      const listed: NamedStream = { name: stream.name ?? '', id: stream.id };
      const query = { prefix: listed.name, after: '', limit: 10 };
      assert.deepEqual(await kit.backend.streams.listStreams(query), [listed]);
    });

    check('streams whose first append failed, and UUID streams, are absent', async () => {
      const prefix = freshName();
      const type = kit.freshType();
      const failed = namedStream(`${prefix}-failed`);
      await kit.appendOne(failed, appendOf(exactVersion(3), newEvent(type)));
      const plain = freshStream();
      await kit.appendOne(plain, appendOf(NO_STREAM, newEvent(type)));
      const names = await create(kit, [`${prefix}-there`]);
      assert.deepEqual(await listAll(kit, prefix, 10), names);
      assert.deepEqual(await listAll(kit, plain.id, 10), []);
      await create(kit, [`${prefix}-failed`]);
      assert.deepEqual(await listAll(kit, prefix, 10), [`${prefix}-failed`, ...names]);
    });

    check('absent streams do not shorten a page', async () => {
      const prefix = freshName();
      const type = kit.freshType();
      for (const ending of ['b', 'd', 'e', 'f']) {
        const stream = namedStream(prefix + ending);
        await kit.appendOne(stream, appendOf(exactVersion(1), newEvent(type)));
      }
      const names = await create(
        kit,
        ['a', 'c', 'g'].map((ending) => prefix + ending),
      );
      for (const limit of kit.listLimits(1, 2, 3))
        assert.deepEqual(await listAll(kit, prefix, limit), names);
    });

    check('names of 512 bytes that differ only at the end', async () => {
      const prefix = freshName();
      const long = prefix.padEnd(511, 'x');
      const names = await create(kit, [`${long}b`, `${long}a`]);
      assert.deepEqual(await listAll(kit, prefix, 1), names);
    });
  });
}

/** Makes streams of these names; answers the names in the order of the directory. */
async function create(kit: Kit, names: readonly string[]): Promise<string[]> {
  const type = kit.freshType();
  for (const name of names) {
    const append = appendOf(NO_STREAM, newEvent(type));
    const outcome = await kit.appendOne(namedStream(name), append);
    assert.equal(outcome.kind, 'appended');
  }
  return [...names].sort(byUtf8);
}

/** Pages to the end: the first page with fewer than `limit`. */
export async function listAll(kit: Kit, prefix: string, limit: number): Promise<string[]> {
  const names: string[] = [];
  for (;;) {
    const query = { prefix, after: names.at(-1) ?? '', limit };
    const page = await kit.backend.streams.listStreams(query);
    assert.ok(page.length <= limit);
    for (const { name, id } of page) {
      assert.equal(id, namedStream(name).id);
      assert.ok(!names.includes(name), 'a name is listed once');
      names.push(name);
    }
    if (page.length < limit) return names;
  }
}
