import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { check } from '../event-log/kit.js';
import { freshKey, freshScope, newDocument, type DocumentKit } from './kit.js';

const HOUR_MS = 3_600_000;

export function exerciseRevisions(kit: DocumentKit): void {
  const revision = (scope: string) => kit.documents.revision(scope);

  describe('revisions', () => {
    check('another one after each change, never one that was there before', async () => {
      const key = freshKey();
      const seen = [await revision(key.scope)];
      const note = async () => seen.push(await revision(key.scope));
      const first = await kit.add(key);
      await note();
      const second = await kit.write(first, newDocument(key));
      await note();
      await kit.remove(second);
      await note();
      const third = await kit.add(key);
      await note();
      const expiring = await kit.write(third, newDocument(key, '1', Date.now() + HOUR_MS));
      await note();
      const stays = await kit.write(expiring, newDocument(key));
      await note();
      await kit.add({ ...key, id: 'other' });
      await note();
      assert.equal(new Set(seen).size, seen.length, seen.join(', '));
      assert.equal(await revision(key.scope), seen.at(-1));
      assert.deepEqual(await kit.find(key), stays);
    });

    check('it stays while nothing changes, and for documents that expire', async () => {
      const key = freshKey();
      const stays = await kit.add(key);
      const before = await revision(key.scope);
      const differs = await kit.change(key, undefined, newDocument(key));
      assert.equal(differs.kind, 'differs');
      await kit.find(key);
      await kit.listAll(key.scope);
      await kit.change({ ...key, id: 'none' }, undefined, undefined);
      const short = newDocument({ ...key, id: 'short' }, '1', Date.now() + HOUR_MS);
      await kit.write(undefined, short);
      const longer = newDocument(short.key, '2', Date.now() + 3 * HOUR_MS);
      await kit.write(short, longer);
      await kit.remove(longer);
      await kit.add({ scope: `${key.scope}a`, id: key.id });
      await kit.add({ scope: freshScope(), id: key.id });
      assert.equal(await revision(key.scope), before);
      assert.deepEqual(await kit.listAll(key.scope), [stays]);
    });

    check('changes at once by two programs all show', async () => {
      const scope = freshScope();
      const beside = await kit.underTest.beside?.();
      try {
        const other = beside?.documents ?? kit.documents;
        const signal = AbortSignal.timeout(30_000);
        for (let round = 0; round < 5; round += 1) {
          const before = await revision(scope);
          const [left, right] = ['left', 'right'].map((id) =>
            newDocument({ scope, id: `${id} ${round}` }),
          );
          assert.ok(left && right);
          await kit.write(undefined, left);
          const between = await other.revision(scope);
          await other.change({ key: right.key, from: undefined, to: right }, signal);
          const after = await revision(scope);
          assert.equal(new Set([before, between, after]).size, 3);
          assert.deepEqual(await other.find(left.key), left);
          assert.deepEqual(await kit.find(right.key), right);
        }
        assert.equal((await kit.listAll(scope)).length, 10);
      } finally {
        await beside?.cleanup();
      }
    });
  });
}
