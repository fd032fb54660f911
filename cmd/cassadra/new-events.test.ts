import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newEventOf } from './new-events.js';

const read = (value: unknown) => newEventOf({ text: JSON.stringify(value), number: 3, bytes: 0 });

describe('an event on a line', () => {
  test('all fields', () => {
    const metadata = { correlationId: 'c' };
    const eventId = '01a2032f-59d7-74ae-a328-9414b599aa84';
    assert.deepEqual(read({ type: 'A', json: '{"n": 1.0}', eventId, metadata }), {
      ...{ type: 'A', json: '{"n": 1.0}', eventId, metadata },
    });
    assert.deepEqual(read({ typeCode: 7, base64: 'AAEC', contentType: 'x/y' }), {
      ...{ type: 7, bytes: Buffer.from([0, 1, 2]), contentType: 'x/y' },
    });
    assert.deepEqual(read({ type: 'A', data: null }), { type: 'A', json: 'null' });
  });

  test('data is kept as it is written: no digit is lost', () => {
    const text = '{"type":"A", "data" : {"n": 9007199254740993, "x":1.0} ,"eventId":"e"}';
    assert.deepEqual(newEventOf({ text, number: 1, bytes: 0 }), {
      ...{ type: 'A', eventId: 'e', json: '{"n": 9007199254740993, "x":1.0}' },
    });
    const twice = { text: '{"type":"A","data":1,"data":2}', number: 4, bytes: 0 };
    assert.throws(() => newEventOf(twice), /line 4: data stands twice/);
  });

  const refused: readonly (readonly [unknown, RegExp])[] = [
    [{ data: 1 }, /line 3: give type/],
    [{ type: 'A', typeCode: 1 }, /line 3: give type/],
    [{ type: 'A', data: 1, json: '1' }, /only one of data, json and base64/],
    [{ type: 'A', base64: '!' }, /base64 is not base64/],
    [{ type: 'A', metadata: { a: 1 } }, /metadata a must be a text/],
    [{ type: 'A', metadata: [] }, /metadata must be an object/],
    [{ type: 'A', eventid: 'x' }, /there is no field eventid/],
    [{ type: 'A', eventId: 1 }, /eventId must be a text/],
  ];
  for (const [value, message] of refused) {
    test(`refused: ${JSON.stringify(value)}`, () => assert.throws(() => read(value), { message }));
  }
});
