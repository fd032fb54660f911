import assert from 'node:assert/strict';
import { test } from 'node:test';
import { types } from 'cassandra-driver';
import { tableText } from './cql-table.js';
import { jsonOf, textOf } from './cql-values.js';

test('values are shown as cqlsh shows them', () => {
  const shown: [unknown, string][] = [
    [null, 'null'],
    ["it's", "it's"],
    ['a\nb\u001b', 'a\\nb\\x1b'],
    [true, 'True'],
    [new Date(0), '1970-01-01 00:00:00.000000+0000'],
    [new Date(Number.NaN), '(out of range)'],
    [Buffer.from('cafe', 'hex'), '0xcafe'],
    [types.Long.fromString('9007199254740993'), '9007199254740993'],
    [["it's", null], "['it''s', null]"],
    [new Set([1, 2]), '{1, 2}'],
    [new Map([['a', [1]]]), "{'a': [1]}"],
    [new types.Tuple(1, 'a'), "(1, 'a')"],
    [{ street: 's', number: 1 }, "{street: 's', number: 1}"],
  ];
  for (const [value, text] of shown) assert.equal(textOf(value), text);
});

test('JSON keeps what a number cannot hold as a string', () => {
  const row = {
    big: types.Long.fromString('9007199254740993'),
    small: types.Long.fromNumber(5),
    at: new Date(0),
    tags: new Set(['a']),
    counts: new Map([[1, types.BigDecimal.fromString('1.50')]]),
    blob: Buffer.from([1]),
    nothing: undefined,
  };
  assert.deepEqual(jsonOf(row), {
    big: '9007199254740993',
    small: 5,
    at: '1970-01-01T00:00:00.000Z',
    tags: ['a'],
    counts: { 1: '1.50' },
    blob: '0x01',
    nothing: null,
  });
});

test('a table is aligned', () => {
  const rows = [
    ['1', 'ü'],
    ['200', 'null'],
  ];
  assert.equal(
    tableText(['id', 'name'], rows),
    ' id  | name\n-----+------\n   1 |    ü\n 200 | null',
  );
  assert.equal(tableText(['id'], []), ' id\n----');
});
