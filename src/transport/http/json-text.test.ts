import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError, JSON_DEPTH_MAX, jsonMembers } from '../../core/index.js';
import { readJson } from './json-text.js';

const read = (text: string): [string, string][] => [...jsonMembers(readJson(Buffer.from(text)))];

const refuses = (body: Uint8Array | undefined, message: string): void => {
  assert.throws(
    () => jsonMembers(readJson(body)),
    (error) => {
      assert.ok(error instanceof AppError);
      assert.deepEqual([error.code, error.message], ['INVALID_ARGUMENT', message]);
      return true;
    },
  );
};

test('each member keeps the exact source of its value', () => {
  const sources: Record<string, string> = {
    number: '12345678901234567890.10e+2',
    text: String.raw`"a \"quoted\" } text \\"`,
    object: '{ "b": 1,\n"a": [ {"}": "]"} ], "b": 2 }',
    list: '[1, 2 ,[ ] ]',
    empty: '{}',
    no: 'false',
    nothing: 'null',
    'the \u{1F600} name': '"\u{1F600}"',
  };
  const members = Object.entries(sources).map(
    ([name, value]) => `${JSON.stringify(name)} :\t${value} `,
  );
  assert.deepEqual(read(` {\n ${members.join(',\r\n')} } `), Object.entries(sources));
  assert.deepEqual(read('{}'), []);
  assert.deepEqual(read('{"a":-1}'), [['a', '-1']]);
});

test('the same, for every value that JSON can write', () => {
  const atoms = [
    '0',
    '-1.5',
    'true',
    'null',
    '""',
    String.raw`"\\"`,
    String.raw`"\"}"`,
    '[]',
    '{}',
  ];
  const values = [...atoms, ...atoms.map((atom) => `[${atom},{"x":${atom}}]`)];
  for (const value of values) {
    for (const space of ['', ' ', '\n\t']) {
      const text = `{${space}"a"${space}:${space}${value}${space},"b":${value}${space}}`;
      assert.deepEqual(read(text), [
        ['a', value],
        ['b', value],
      ]);
    }
  }
});

test('a name that stands twice is refused, however it is written', () => {
  refuses(Buffer.from('{"event":1,"event":1}'), 'event stands twice in the body');
  refuses(Buffer.from(String.raw`{"event":1,"\u0065vent":1}`), 'event stands twice in the body');
});

test('__proto__ is a name like any other', () => {
  assert.deepEqual(read('{"__proto__":{"a":1},"constructor":2}'), [
    ['__proto__', '{"a":1}'],
    ['constructor', '2'],
  ]);
  assert.equal(Object.hasOwn(Object.prototype, 'a'), false);
});

test('what is not strict JSON is refused', () => {
  refuses(undefined, 'body must be JSON, and is empty');
  refuses(Buffer.alloc(0), 'body must be JSON, and is empty');
  refuses(Buffer.from([0x22, 0xff, 0x22]), 'body must be valid UTF-8');
  for (const text of [
    '{',
    '{"a":1,}',
    "{'a':1}",
    '{"a":NaN}',
    '{"a":1} x',
    '\ufeff{}',
    '{"a":01}',
  ]) {
    refuses(Buffer.from(text), 'body must be valid JSON');
  }
  for (const text of ['[]', '"a"', '1', 'null']) {
    refuses(Buffer.from(text), 'body must be a JSON object');
  }
});

test('depth is limited before anything is parsed, and only outside of texts', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  const deepest = `{"a":${nested(JSON_DEPTH_MAX - 1)}}`;
  assert.deepEqual(read(deepest), [['a', nested(JSON_DEPTH_MAX - 1)]]);
  refuses(Buffer.from(`{"a":${nested(JSON_DEPTH_MAX)}}`), 'body must not be nested deeper than 64');
  refuses(Buffer.from('['.repeat(5_000_000)), 'body must not be nested deeper than 64');
  assert.equal(read(`{"a":"${'['.repeat(100)}"}`).length, 1);
});

/** The limit for all routes but the transcoder's. */
const PARTS_MAX = 1_000_000;

test('a body of too many values is refused before it is parsed', () => {
  const values = (count: number): Buffer => Buffer.from(`[${'0,'.repeat(count - 1)}0]`);
  const read = (body: Buffer): unknown => readJson(body).value;
  assert.ok(Array.isArray(read(values(PARTS_MAX))));
  // it would not parse
  const broken = Buffer.concat([values(PARTS_MAX + 1), Buffer.from('}')]);
  assert.throws(
    () => read(broken),
    (error) => {
      assert.ok(error instanceof AppError);
      const { code, details } = error;
      assert.deepEqual([code, details], ['LIMIT_EXCEEDED', { field: 'body', limit: '1000000' }]);
      return true;
    },
  );
});

test('an object of more members than any call has is refused', () => {
  const body = (count: number): Buffer =>
    Buffer.from(
      JSON.stringify(
        Object.fromEntries(
          Array(count)
            .fill(0)
            .map((_, n) => [n, n]),
        ),
      ),
    );
  assert.equal(jsonMembers(readJson(body(100))).size, 100);
  refuses(body(101), 'body must not have more than 100 members');
});
