import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitStatements, UnfinishedCqlError } from './cql-statements.js';

test('statements end at semicolons, the last one at the end of the text', () => {
  assert.deepEqual(
    splitStatements('SELECT a FROM t;\n\n INSERT INTO t (a) VALUES (1) ;; SELECT 2'),
    ['SELECT a FROM t', 'INSERT INTO t (a) VALUES (1)', 'SELECT 2'],
  );
  assert.deepEqual(splitStatements(''), []);
  assert.deepEqual(splitStatements(' ;\n; -- nothing\n'), []);
});

test('strings, quoted names and $$ bodies hold semicolons and comment marks', () => {
  for (const literal of [
    "'a;b'",
    "'it''s; -- not // a /* comment'",
    "''",
    "''';'",
    '"a;""b"',
    "$$ return 'x'; // y\n $$",
  ]) {
    assert.deepEqual(
      splitStatements(`SELECT ${literal} ; SELECT 2`),
      [`SELECT ${literal}`, 'SELECT 2'],
      literal,
    );
  }
});

test('comments go, with the quotes and semicolons in them', () => {
  assert.deepEqual(
    splitStatements("SELECT 1 -- it's; one\nFROM t; // don't; stop\nSELECT/* ; ' */2; -- end"),
    ['SELECT 1 \nFROM t', 'SELECT 2'],
  );
  assert.deepEqual(splitStatements('/* a\n ; */ SELECT 1 - 1 / 2'), ['SELECT 1 - 1 / 2']);
  assert.deepEqual(splitStatements('SELECT 1 -- ends with CRLF;\r\n, 2'), ['SELECT 1 \r\n, 2']);
});

test('a batch is one statement', () => {
  const batches = [
    "BEGIN BATCH\nINSERT INTO t (a) VALUES ('APPLY BATCH;');\nUPDATE t SET b = 2 WHERE a = 1;\nAPPLY BATCH",
    'begin unlogged batch insert into t (a) values (1); apply batch',
    'BEGIN BATCH USING TIMESTAMP 1 INSERT INTO t (a) VALUES (1) APPLY /* now */ BATCH',
    'BEGIN COUNTER BATCH UPDATE t SET c = c + 1 WHERE a = 1; APPLY\n\nBATCH',
  ];
  const expected = batches.map((batch) => batch.replace('/* now */', ' '));
  assert.deepEqual(splitStatements(`${batches.join(';\n')};SELECT 1;`), [...expected, 'SELECT 1']);
  assert.deepEqual(splitStatements('SELECT begin, batch FROM t; SELECT 1'), [
    'SELECT begin, batch FROM t',
    'SELECT 1',
  ]);
});

test('text that ends inside something is refused with the line where it began', () => {
  for (const [text, line] of [
    ["SELECT 1;\nSELECT 'a; SELECT 2;", 2],
    ['SELECT "a', 1],
    ['\n\nSELECT $$ a; $ $', 3],
    ['SELECT 1; /* a', 1],
    ['SELECT 1;\r\n\r\nBEGIN BATCH\nSELECT 1; SELECT 2;', 3],
  ] as const) {
    assert.throws(
      () => splitStatements(text),
      (error) => error instanceof UnfinishedCqlError && error.line === line,
      text,
    );
  }
});

test('a string of several MB is split', () => {
  const literal = `'${"x''; ".repeat(1_000_000)}'`;
  assert.deepEqual(splitStatements(`SELECT ${literal};SELECT 2`), [
    `SELECT ${literal}`,
    'SELECT 2',
  ]);
});
