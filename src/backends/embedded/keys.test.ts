import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  INT32_MAX,
  INT32_MIN,
  parseTypeCode,
  requireUuid,
  type TypeCode,
  uuidAt,
} from '../../core/index.js';
import {
  eventKey,
  feedKey,
  isBefore,
  placeKey,
  placeOfFeedKey,
  placeOfKey,
  readTypeKey,
  typeKey,
  UINT48_MAX,
  versionOfEventKey,
} from './keys.js';
import { uuidBytes } from './uuid-bytes.js';

const ID = requireUuid('00112233-4455-6677-8899-aabbccddeeff');

function type(code: number): TypeCode {
  const found = parseTypeCode(code);
  assert.ok(found !== undefined);
  return found;
}

/** The keys sort as bytes in the order in which they are given. */
function assertRising(keys: readonly Buffer[]): void {
  keys.forEach((key, index) => {
    const next = keys[index + 1];
    if (next !== undefined) assert.ok(Buffer.compare(key, next) < 0, `key ${index}`);
  });
}

test('type codes sort as numbers, the negative ones first, and come back', () => {
  const codes = [INT32_MIN, INT32_MIN + 1, -256, -1, 0, 1, 255, 256, 65_536, INT32_MAX];
  assertRising(codes.map(typeKey));
  for (const code of codes) assert.equal(readTypeKey(typeKey(code)), code);
});

test('feed keys sort by type, savetime, position, and come back', () => {
  const places = [
    { savetimeMs: 0, position: 0 },
    { savetimeMs: 255, position: UINT48_MAX },
    { savetimeMs: 256, position: 1 },
    { savetimeMs: 1_700_000_000_000, position: 255 },
    { savetimeMs: 1_700_000_000_000, position: 256 },
    { savetimeMs: UINT48_MAX, position: UINT48_MAX },
  ];
  const keys = [-5, 3].flatMap((code) => places.map((place) => feedKey(type(code), place)));
  assertRising(keys);
  assert.deepEqual(keys.slice(0, places.length).map(placeOfFeedKey), places);
  const ofAll = places.map(placeKey);
  assertRising(ofAll);
  assert.deepEqual(ofAll.map(placeOfKey), places);
});

test('event keys sort by version', () => {
  const versions = [1, 255, 256, 65_536, INT32_MAX];
  const keys = versions.map((version) => eventKey(uuidBytes(ID), version));
  assertRising(keys);
  assert.deepEqual(keys.map(versionOfEventKey), versions);
});

test('places are compared by savetime, then position', () => {
  const early = { savetimeMs: 1, position: 9 };
  const later = { savetimeMs: 2, position: 3 };
  const last = { savetimeMs: 2, position: 4 };
  assert.ok(isBefore(early, later) && isBefore(later, last));
  assert.ok(!isBefore(later, early) && !isBefore(last, later) && !isBefore(last, last));
});

test('a UUID comes back from its bytes', () => {
  assert.equal(uuidBytes(ID).toString('hex'), '00112233445566778899aabbccddeeff');
  assert.equal(uuidAt(uuidBytes(ID)), ID);
});
