import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCrossSite, isNavigation } from './cross-site.js';

const HOST = { host: '127.0.0.1:8081' };

test('programs, and pages of the server itself, are let in', () => {
  assert.equal(isCrossSite(HOST), false);
  assert.equal(isCrossSite({ ...HOST, origin: 'http://127.0.0.1:8081' }), false);
  assert.equal(isCrossSite({ ...HOST, 'sec-fetch-site': 'same-origin' }), false);
  assert.equal(isCrossSite({ ...HOST, 'sec-fetch-site': 'none' }), false, 'typed by a person');
});

test('pages of others are not', () => {
  assert.equal(isCrossSite({ ...HOST, 'sec-fetch-site': 'cross-site' }), true);
  assert.equal(isCrossSite({ ...HOST, 'sec-fetch-site': 'same-site' }), true, 'another port');
  assert.equal(isCrossSite({ ...HOST, origin: 'http://evil.example' }), true);
  assert.equal(isCrossSite({ ...HOST, origin: 'http://127.0.0.1:9000' }), true);
  assert.equal(isCrossSite({ ...HOST, origin: 'null' }), true, 'a sandboxed frame');
});

test('a link that somebody follows is told from what a page fetches or frames', () => {
  const link = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  assert.equal(isNavigation(link), true);
  assert.equal(isNavigation({ ...link, 'sec-fetch-dest': 'iframe' }), false);
  assert.equal(isNavigation({ ...link, 'sec-fetch-mode': 'no-cors' }), false);
  assert.equal(isNavigation({}), false);
});
