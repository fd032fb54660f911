import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DialError } from './dial-error.js';
import { failureText } from './failure-text.js';

const CASES: [string, string][] = [
  ['ECONNREFUSED', 'connection refused'],
  ['ENOTFOUND', 'unknown host'],
  ['ETIMEOUT', 'looking up the host timed out'],
  ['ESERVFAIL', 'looking up the host failed'],
  ['UND_ERR_CONNECT_TIMEOUT', 'connecting timed out'],
  ['CERT_HAS_EXPIRED', 'TLS: certificate not accepted (CERT_HAS_EXPIRED)'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS: certificate not accepted (ERR_TLS_CERT_ALTNAME_INVALID)'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS: handshake failed'],
  ['ESOMETHING', 'call failed (ESOMETHING)'],
];

for (const [code, text] of CASES) {
  test(`${code} is told as "${text}"`, () => {
    const error = Object.assign(new Error('connect 10.0.0.1:80'), { code });
    assert.equal(failureText(error), text);
    assert.equal(failureText(new DialError(error)), text);
  });
}

test('no message of an unknown error gets out', () => {
  for (const error of [new Error('10.0.0.1'), 'text', null, { code: 7 }]) {
    assert.equal(failureText(error), 'call failed');
  }
});
