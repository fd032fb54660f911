import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerBody } from './answer-body.js';

function textOf(keepBytes: number, ...chunks: Uint8Array[]): string {
  const body = new AnswerBody(keepBytes);
  for (const chunk of chunks) body.add(chunk);
  return body.text();
}

test('keeps the first bytes over all chunks, and counts all', () => {
  const body = new AnswerBody(4);
  for (const chunk of ['ab', '', 'cde', 'f']) body.add(Buffer.from(chunk));
  assert.equal(body.text(), 'abcd');
  assert.equal(body.bytes, 6);
});

test('a character over two chunks is whole; one that the limit cuts through is left out', () => {
  assert.equal(textOf(9, Buffer.of(0xe2, 0x82), Buffer.of(0xac)), '€');
  assert.equal(textOf(4, Buffer.from('ab€')), 'ab');
  assert.equal(textOf(5, Buffer.from('ab€')), 'ab€');
  assert.equal(textOf(5, Buffer.from('ab€c')), 'ab€');
});

test('what is not UTF-8 is replaced', () => {
  assert.equal(textOf(9, Buffer.of(0x61, 0xff, 0x62)), 'a\ufffdb');
  assert.equal(textOf(9, Buffer.of(0x61, 0xe2, 0x82)), 'a\ufffd');
});
