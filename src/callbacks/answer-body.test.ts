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

test('secrets are hidden, whole or cut through, and never make the text longer', () => {
  const show = (keepBytes: number, text: string, ...secrets: string[]): string => {
    const body = new AnswerBody(keepBytes, secrets);
    for (const byte of Buffer.from(text)) body.add(Uint8Array.of(byte));
    return body.text();
  };
  assert.equal(show(99, 'a hunter2 b hunter2', 'hunter2'), 'a [hidden] b [hidden]');
  assert.equal(show(99, 'hunter2hunter2 hunter', 'hunter2'), '[hidden] hunter');
  assert.equal(show(99, 'x hunter2+more', 'hunter2', 'hunter2+more'), 'x [hidden]');
  assert.equal(show(99, 'nothing', 'hunter2'), 'nothing');
  assert.equal(show(99, '€ pässwörd €', 'pässwörd'), '€ [hidden] €');
  const text = `${'-'.repeat(20)}hunter2`;
  for (let keepBytes = 1; keepBytes <= 40; keepBytes += 1) {
    const shown = show(keepBytes, text + text, 'hunter2');
    assert.ok(!/hu|er|r2/.test(shown), shown);
    assert.ok(Buffer.byteLength(shown) <= keepBytes, shown);
  }
});
