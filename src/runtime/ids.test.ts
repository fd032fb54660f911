import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { v5, validate, version } from 'uuid';
import { systemIds } from './ids.js';

const SPACES = ['6ba7b810-9dad-11d1-80b4-00c04fd430c8', '6ba7b811-9dad-11d1-80b4-00c04fd430c8'];

test('new ids are of version 7, differ, and sort in the order in which they were made', () => {
  const ids = Array.from({ length: 20_000 }, () => systemIds.newId());
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(ids.toSorted(), ids);
  for (const id of ids.slice(0, 1_000)) assert.ok(validate(id) && version(id) === 7, id);
  const madeMs = Number.parseInt((ids[0] ?? '').replace('-', '').slice(0, 12), 16);
  assert.ok(Math.abs(madeMs - Date.now()) < 60_000);
});

test('ids of names are those of RFC 9562, as the library makes them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(...SPACES), (name, space) => {
      assert.equal(systemIds.nameId(name, space), v5(name, space));
    }),
  );
});
