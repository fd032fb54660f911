import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alternativeNamesOf } from './client-certificate.js';

test('reads the alternative names as Node writes them', () => {
  assert.deepEqual(alternativeNamesOf('DNS:orders, URI:spiffe://a/b, IP Address:10.0.0.1'), [
    'DNS:orders',
    'URI:spiffe://a/b',
    'IP Address:10.0.0.1',
  ]);
  assert.deepEqual(alternativeNamesOf(undefined), []);
  assert.deepEqual(alternativeNamesOf(''), []);
});

test('a name that holds another one is one name', () => {
  const text = 'URI:"spiffe://evil, DNS:orders", DNS:"a\\"b, DNS:orders"';
  assert.deepEqual(alternativeNamesOf(text), [
    'URI:spiffe://evil, DNS:orders',
    'DNS:a"b, DNS:orders',
  ]);
});
