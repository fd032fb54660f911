import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerBody } from './answer-body.js';
import { secretTexts } from './authorization.js';

const TOKEN = 'a/b"c&d<e>f';

for (const [writer, text] of [
  ['plain', TOKEN],
  ['JSON', 'a/b\\"c&d<e>f'],
  ['JSON of PHP', 'a\\/b\\"c&d<e>f'],
  ['JSON of Go', 'a/b\\"c\\u0026d\\u003ce\\u003ef'],
  ['a URL', 'a%2Fb%22c%26d%3Ce%3Ef'],
] as const) {
  test(`a token that an answer shows is hidden: ${writer}`, () => {
    const body = new AnswerBody(1_000, secretTexts({ kind: 'bearer', token: TOKEN }));
    body.add(Buffer.from(`you sent ${text}.`));
    assert.equal(body.text(), 'you sent [hidden].');
  });
}
