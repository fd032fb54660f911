import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorFields, withoutSecrets } from './log-fields.js';

test('hides what has the name of a secret, however deep and however spelt', () => {
  const names = ['authorization', 'Authorization', 'token', 'accessToken', 'client_secret', 'keys'];
  for (const name of [...names, 'PASSWORD', 'payload', 'signing-key', 'privateKey', 'secrets']) {
    const fields = { outer: [{ [name]: 'XYZZY' }], [name]: { inner: 'XYZZY' } };
    assert.doesNotMatch(JSON.stringify(withoutSecrets(fields)), /XYZZY/, name);
  }
});

test('shows everything else', () => {
  const fields = { key_count: 2, tokens: 5, monkey: 'chimp', turkey: 'x', list: [1, 'a', null] };
  assert.deepEqual(withoutSecrets(fields), fields);
  assert.deepEqual(withoutSecrets({ bytes: Buffer.from('XYZZY') }), { bytes: '5 bytes' });
});

test('of an error only its own words and causes', () => {
  const cause = Object.assign(new Error('inner'), { code: 'ECONNRESET', request: 'XYZZY' });
  const error = new Error('x'.repeat(10_000), { cause });
  const text = JSON.stringify(errorFields(Object.assign(error, { headers: 'XYZZY' })));
  assert.doesNotMatch(text, /XYZZY/);
  assert.match(text, /"code":"ECONNRESET","message":"inner"/);
  assert.ok(text.length < 12_000);
});
