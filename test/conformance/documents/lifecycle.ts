import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { check } from '../event-log/kit.js';
import { freshScope, newDocument, type DocumentKit } from './kit.js';

/** Registered last: it closes the storage that all tests share. */
export function exerciseDocumentLifecycle(kit: DocumentKit): void {
  describe('lifecycle', () => {
    check('opened again, it keeps all', async (t) => {
      const { reopen } = kit.underTest;
      if (reopen === undefined) return t.skip('its data do not outlive it');
      const scope = freshScope();
      const first = await kit.add({ scope, id: '1' });
      const second = await kit.add({ scope, id: '2' });
      const replaced = await kit.write(second, newDocument(second.key, '"ä"'));
      const third = await kit.add({ scope, id: '3' });
      await kit.remove(third);
      const short = newDocument({ scope, id: '4' }, '4', Date.now() + 3_600_000);
      await kit.write(undefined, short);
      const revision = await kit.documents.revision(scope);

      kit.open(await reopen());
      assert.deepEqual(await kit.listAll(scope), [first, replaced, short]);
      assert.deepEqual(await kit.find(second.key), replaced);
      assert.equal(await kit.documents.revision(scope), revision);
      await kit.write(replaced, newDocument(second.key));
      assert.notEqual(await kit.documents.revision(scope), revision);
    });

    check('closed, it answers changes and refuses the rest', async () => {
      const document = newDocument({ scope: freshScope(), id: 'late' });
      await kit.underTest.close();
      const outcome = await kit.change(document.key, undefined, document);
      assert.equal(outcome.kind, 'unavailable');
      if (outcome.kind === 'unavailable') assert.equal(outcome.error.code, 'UNAVAILABLE');
      const refused = { code: 'UNAVAILABLE' };
      await assert.rejects(kit.find(document.key), refused);
      await assert.rejects(kit.listAll(document.key.scope), refused);
      await assert.rejects(kit.documents.revision(document.key.scope), refused);
    });
  });
}
