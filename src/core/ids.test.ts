import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { streamRef } from './stream-id.js';
import { parseUuid, requireUuid, uuidAt } from './uuid.js';

const LOWER = '0191d3f0-7b4e-7cc3-98c4-dc0c0c07398f';

describe('uuid', () => {
  test('both cases are the same id', () => {
    assert.equal(parseUuid(LOWER), LOWER);
    assert.equal(parseUuid(LOWER.toUpperCase()), LOWER);
  });

  test('anything but 36 characters with four hyphens is none', () => {
    const wrong = ['', LOWER.slice(1), `${LOWER}0`, LOWER.replaceAll('-', ''), `{${LOWER}}`].concat(
      [` ${LOWER}`, `${LOWER}\n`, LOWER.replace('f', 'g'), `urn:uuid:${LOWER}`],
    );
    for (const text of wrong) assert.equal(parseUuid(text), undefined, `'${text}'`);
    assert.throws(() => requireUuid('nonsense'), TypeError);
  });

  test('sixteen bytes, wherever they stand, are one', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat(20), (id, offset) => {
        const bytes = Buffer.from(`${'ff'.repeat(offset)}${id.replaceAll('-', '')}`, 'hex');
        assert.equal(uuidAt(bytes, offset), id);
        assert.throws(() => uuidAt(bytes, offset + 1), RangeError);
      }),
    );
  });
});

describe('stream id', () => {
  const hashed = requireUuid('11111111-1111-5111-8111-111111111111');
  const never = () => assert.fail('a UUID is not hashed');

  test('a UUID is the id and has no name', () => {
    assert.deepEqual(streamRef(LOWER, never), { id: LOWER, name: undefined });
    assert.deepEqual(streamRef(LOWER.toUpperCase(), never), { id: LOWER, name: undefined });
  });

  test('any other text is a name and keeps its case', () => {
    for (const name of ['Patient-7', LOWER.replaceAll('-', ''), `${LOWER} `]) {
      assert.deepEqual(
        streamRef(name, () => hashed),
        { id: hashed, name },
      );
    }
  });
});
