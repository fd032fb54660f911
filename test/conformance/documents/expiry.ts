import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Document, DocumentKey } from '../../../src/storage/index.js';
import { check } from '../event-log/kit.js';
import { assertDiffers, freshKey, freshScope, newDocument, type DocumentKit } from './kit.js';

const GONE_WITHIN_MS = 20_000;
const HOUR_MS = 3_600_000;

export function exerciseExpiry(kit: DocumentKit): void {
  const expiring = (key: DocumentKey, inMs: number): Document =>
    newDocument(key, '"short"', Date.now() + inMs);

  const untilGone = async (key: DocumentKey): Promise<void> => {
    const endMs = performance.now() + GONE_WITHIN_MS;
    while ((await kit.find(key)) !== undefined) {
      assert.ok(performance.now() < endMs, 'it is gone in time');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  describe('expiry', () => {
    check('it is there, then absent to all, and can be made anew', async () => {
      const key = freshKey();
      const first = await kit.write(undefined, expiring(key, HOUR_MS));
      assert.deepEqual(await kit.find(key), first);
      assert.deepEqual(await kit.listAll(key.scope), [first]);
      const short = await kit.write(first, expiring(key, 300));
      await untilGone(key);
      assert.ok(Date.now() >= (short.expiresMs ?? 0) - 1_000, 'not before its time');
      assert.deepEqual(await kit.listAll(key.scope), []);
      assertDiffers(await kit.change(key, short, newDocument(key)), undefined);
      assertDiffers(await kit.change(key, first, newDocument(key)), undefined);
      const anew = await kit.add(key);
      assert.deepEqual(await kit.find(key), anew);
      assert.deepEqual(await kit.listAll(key.scope), [anew]);
    });

    check('one that was over when it was written is absent', async () => {
      const key = freshKey();
      const over = await kit.write(undefined, expiring(key, -5_000));
      assert.equal(await kit.find(key), undefined);
      await kit.write(undefined, over);
      assert.deepEqual(await kit.change(key, over, undefined), { kind: 'changed' });
      await kit.add(key);
    });

    check('a longer time counts, and so does none', async () => {
      const scope = freshScope();
      const marker = { scope, id: 'marker' };
      const first = await kit.write(undefined, expiring({ scope, id: '1' }, 2_000));
      const longer = await kit.write(first, expiring(first.key, HOUR_MS));
      const second = await kit.write(undefined, expiring({ scope, id: '2' }, 2_000));
      const stays = await kit.write(second, newDocument(second.key));
      const third = await kit.add({ scope, id: '3' });
      await kit.write(third, expiring(third.key, 2_000));
      await kit.write(undefined, expiring(marker, 4_000));
      await untilGone(third.key);
      await untilGone(marker);
      assert.deepEqual(await kit.listAll(scope), [longer, stays]);
      assert.deepEqual(await kit.find(first.key), longer);
      assert.deepEqual(await kit.find(second.key), stays);
      await kit.remove(longer);
      assert.deepEqual(await kit.listAll(scope), [stays]);
    });

    check('a time that no storage would wait for', async () => {
      const key = freshKey();
      const far = await kit.write(undefined, newDocument(key, '1', Date.UTC(2500, 0, 1)));
      const further = await kit.write(far, newDocument(key, '2', Date.UTC(2600, 0, 1)));
      assert.deepEqual(await kit.listAll(key.scope), [further]);
      await kit.remove(further);
    });

    check('many that are over do not pile up in the way of others', async () => {
      const scope = freshScope();
      const keys = Array.from({ length: 40 }, (_, index) => ({ scope, id: `short ${index}` }));
      await Promise.all(keys.map((key) => kit.write(undefined, expiring(key, 200))));
      for (const key of keys) await untilGone(key);
      const stays = await Promise.all(
        keys.map(({ id }) => kit.add({ scope, id: id.replace('short', 'stays') })),
      );
      const listed = await kit.listAll(scope, { limit: 1_000 });
      assert.equal(listed.length, stays.length);
    });
  });
}
