import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { check } from '../event-log/kit.js';
import { assertDiffers, freshKey, newDocument, type DocumentKit } from './kit.js';

const MEGABYTE = 1_048_576;

export function exerciseChanges(kit: DocumentKit): void {
  describe('changes', () => {
    check('what was made is found as it is', async () => {
      const document = await kit.add(freshKey(), '{"name":"ä😀\\u0000","n":9007199254740993}');
      assert.deepEqual(await kit.find(document.key), document);
      assert.equal(await kit.find({ ...document.key, id: 'on' }), undefined);
      assert.equal(await kit.find({ ...document.key, id: 'one ' }), undefined);
    });

    check('replaced, removed, and made anew', async () => {
      const key = freshKey();
      for (let round = 0; round < 3; round += 1) {
        const first = await kit.add(key, `"first ${round}"`);
        const second = await kit.write(first, newDocument(key, `"second ${round}"`));
        assert.deepEqual(await kit.find(key), second);
        await kit.remove(second);
        assert.equal(await kit.find(key), undefined);
        assert.deepEqual(await kit.listAll(key.scope), []);
      }
    });

    check('what is no longer current differs, and is told what is', async () => {
      const key = freshKey();
      const first = await kit.add(key);
      const second = await kit.write(first, newDocument(key));
      assertDiffers(await kit.change(key, first, newDocument(key)), second);
      assertDiffers(await kit.change(key, undefined, newDocument(key)), second);
      assertDiffers(await kit.change(key, first, undefined), second);
      assertDiffers(await kit.change(key, undefined, undefined), second);
      assert.deepEqual(await kit.find(key), second);
    });

    check('what is not there differs; removed and made anew, it is another one', async () => {
      const key = freshKey();
      assertDiffers(await kit.change(key, newDocument(key), newDocument(key)), undefined);
      assert.equal(await kit.find(key), undefined);
      const first = await kit.add(key);
      await kit.remove(first);
      assertDiffers(await kit.change(key, first, newDocument(key)), undefined);
      const second = await kit.add(key);
      assertDiffers(await kit.change(key, first, newDocument(key)), second);
      assertDiffers(await kit.change(key, first, undefined), second);
    });

    check('the same change again is changed; once others came after it, it differs', async () => {
      const key = freshKey();
      const first = await kit.add(key);
      await kit.write(undefined, first);
      const second = await kit.write(first, newDocument(key));
      await kit.write(first, second);
      assertDiffers(await kit.change(key, undefined, first), second);
      await kit.remove(second);
      await kit.remove(second);
      assertDiffers(await kit.change(key, first, second), undefined);
      assert.equal(await kit.find(key), undefined);
    });

    check('nothing in place of nothing is changed', async () => {
      const key = freshKey();
      assert.deepEqual(await kit.change(key, undefined, undefined), { kind: 'changed' });
      assert.equal(await kit.find(key), undefined);
      await kit.add(key);
    });

    check('a content of 1 MB, replaced by a small one and by another', async () => {
      const large = (letter: string) => JSON.stringify(letter.repeat(MEGABYTE));
      const first = await kit.add(freshKey(), large('ä'.slice(0, 1)));
      assert.deepEqual(await kit.find(first.key), first);
      const small = await kit.write(first, newDocument(first.key, '0'));
      const second = await kit.write(small, newDocument(first.key, large('b')));
      assert.deepEqual(await kit.find(first.key), second);
      assert.deepEqual(await kit.listAll(first.key.scope), [second]);
    });

    check('a key of 900 bytes; longer ones and other bad ones are refused', async () => {
      const { scope } = freshKey();
      const id = 'ö'
        .repeat(300)
        .padEnd(600 - scope.length, 'x')
        .slice(0, 600 - scope.length);
      const longest = id + 'x'.repeat(900 - scope.length - Buffer.byteLength(id));
      const document = await kit.add({ scope, id: longest });
      assert.deepEqual(await kit.find(document.key), document);
      assert.deepEqual(await kit.listAll(scope, { prefix: longest }), [document]);
      assert.deepEqual(await kit.listAll(scope, { after: `${longest}x` }), []);
      assert.deepEqual(await kit.listAll(scope, { prefix: 'x'.repeat(3_000) }), []);
      for (const key of [
        { scope, id: `${longest}x` },
        { scope, id: '' },
        { scope: '', id: 'a' },
        { scope, id: 'a\0' },
        { scope, id: '\ud800' },
      ]) {
        const refused = { code: 'INVALID_ARGUMENT' };
        await assert.rejects(kit.change(key, undefined, newDocument(key)), refused, key.id);
        await assert.rejects(kit.find(key), refused, key.id);
      }
    });

    check('a signal that was aborted before: nothing is stored', async () => {
      const document = newDocument(freshKey());
      const change = { key: document.key, from: undefined, to: document };
      const outcome = await kit.documents.change(change, AbortSignal.abort());
      assert.equal(outcome.kind, 'unavailable');
      if (outcome.kind === 'unavailable') assert.equal(outcome.error.code, 'UNAVAILABLE');
      assert.equal(await kit.find(document.key), undefined);
    });

    check('a signal aborted meanwhile: the answer is true, a repetition safe', async () => {
      const { scope } = freshKey();
      for (let round = 0; round < 3; round += 1) {
        const document = newDocument({ scope, id: `aborted ${round}` });
        const ended = new AbortController();
        const change = { key: document.key, from: undefined, to: document };
        const answer = kit.documents.change(change, ended.signal);
        ended.abort();
        const { kind } = await answer;
        assert.ok(kind === 'changed' || kind === 'unknown' || kind === 'unavailable', kind);
        await kit.write(undefined, document);
        assert.deepEqual(await kit.find(document.key), document);
      }
    });
  });
}
