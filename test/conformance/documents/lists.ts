import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Document } from '../../../src/storage/index.js';
import { check } from '../event-log/kit.js';
import { freshScope, newDocument, type DocumentKit } from './kit.js';

/** In the order of their UTF-8 bytes, which is not that of strings. */
const IDS = [
  ...['A', 'a', 'a ', 'a/', 'a/%', 'a/1', 'a/10', 'a/2', 'a0', 'b', 'z'],
  ...['\u00e4', '\u00e4/1', '\u07ff', '\u0800', '\ud7ff', '\uffff', '😀', '😀a', '\u{10ffff}'],
];

export function exerciseDocumentLists(kit: DocumentKit): void {
  const fill = async (scope: string, ids: readonly string[]): Promise<Document[]> => {
    const documents = ids.map((id) => newDocument({ scope, id }, JSON.stringify(id)));
    // not in their order
    const mixed = documents.filter((_, index) => index % 2 === 0);
    mixed.push(...documents.filter((_, index) => index % 2 === 1));
    await Promise.all(mixed.map((document) => kit.write(undefined, document)));
    return documents;
  };

  describe('lists', () => {
    check('by UTF-8 bytes, in pages of any size', async () => {
      const scope = freshScope();
      const documents = await fill(scope, IDS);
      for (const limit of [1, 2, 7, IDS.length, 1_000]) {
        assert.deepEqual(await kit.listAll(scope, { limit }), documents, `pages of ${limit}`);
      }
      assert.deepEqual(await kit.listAll(freshScope()), []);
    });

    check('by prefix, and after an id that need not be there', async () => {
      const scope = freshScope();
      const documents = await fill(scope, IDS);
      const bytes = (text: string) => Buffer.from(text);
      const prefixes = ['', 'a', 'a/', 'a/1', '\u00e4', '😀', '\u{10ffff}', '\ud7ff', 'none'];
      for (const prefix of prefixes) {
        for (const after of [
          undefined,
          '',
          'A',
          'a',
          'a/1',
          'a/15',
          '\u00e3',
          '😀',
          '\u{10ffff}x',
        ]) {
          const wanted = documents.filter(
            ({ key: { id } }) =>
              id.startsWith(prefix) &&
              (after === undefined || Buffer.compare(bytes(id), bytes(after)) > 0),
          );
          const found = await kit.listAll(scope, { prefix, after, limit: 3 });
          assert.deepEqual(found, wanted, `prefix ${prefix} after ${after}`);
        }
      }
    });

    check('scopes are apart, also where one begins like another', async () => {
      const scope = freshScope();
      const scopes = [scope, `${scope}a`, `${scope}/`, `${scope}ab`];
      const filled = await Promise.all(scopes.map((each) => fill(each, ['b', 'bc'])));
      for (const [index, each] of scopes.entries()) {
        assert.deepEqual(await kit.listAll(each), filled[index]);
        assert.deepEqual(await kit.find({ scope: each, id: 'bc' }), filled[index]?.[1]);
      }
    });

    check('as they are now: replaced ones once, removed ones not', async () => {
      const scope = freshScope();
      const [first, second, third] = await fill(scope, ['1', '2', '3']);
      assert.ok(first && second && third);
      const replaced = await kit.write(second, newDocument(second.key, '"new"'));
      await kit.remove(first);
      assert.deepEqual(await kit.listAll(scope, { limit: 1 }), [replaced, third]);
      await kit.remove(third);
      const anew = await kit.add(first.key, '"anew"');
      assert.deepEqual(await kit.listAll(scope), [anew, replaced]);
      assert.deepEqual(await kit.listAll(scope, { after: '1' }), [replaced]);
    });

    check('300 documents over pages', async () => {
      const scope = freshScope();
      const ids = Array.from({ length: 300 }, (_, index) => String(index).padStart(4, '0'));
      const documents = await fill(scope, ids);
      for (const limit of [33, 299, 300]) {
        assert.deepEqual(await kit.listAll(scope, { limit }), documents);
      }
    });

    check('large ones over short pages', async () => {
      const scope = freshScope();
      const content = JSON.stringify('x'.repeat(1_000_000));
      const documents: Document[] = [];
      for (let index = 0; index < 10; index += 1) {
        documents.push(await kit.add({ scope, id: String(index) }, content));
      }
      assert.deepEqual(await kit.listAll(scope), documents);
    });
  });
}
