import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AccessFileError, accessFileText, parseAccessFile } from './access-file.js';

const HASH = 'ab'.repeat(32);
const ORDERS = { name: 'orders', token_sha256: [HASH], roles: ['read'] };

function problemOf(...callers: readonly unknown[]): string {
  try {
    parseAccessFile(JSON.stringify({ callers }));
  } catch (error) {
    assert.ok(error instanceof AccessFileError);
    return error.message;
  }
  return '';
}

describe('the file of callers', () => {
  test('everything that an entry may hold', () => {
    const written = {
      ...ORDERS,
      token_sha256: [HASH.toUpperCase()],
      certificate: 'URI:spiffe://house/orders',
      jwt_subject: 'orders@house',
      stream_prefixes: ['order-'],
      applications: ['shop'],
      expires: '2027-01-01T00:00:00Z',
    };
    const [entry] = parseAccessFile(JSON.stringify({ callers: [written] }));
    assert.deepEqual(entry, { ...written, token_sha256: [HASH], expires: Date.UTC(2027, 0, 1) });
    assert.deepEqual(parseAccessFile('{"callers":[]}'), []);
  });

  for (const [what, entry, problem] of [
    ['an unknown key', { ...ORDERS, role: 'x' }, /callers\[1\] \(orders\).*"role"/],
    ['an unknown role', { ...ORDERS, roles: ['write'] }, /callers\[1\] \(orders\) roles\.0/],
    ['no role', { ...ORDERS, roles: [] }, /\(orders\) roles/],
    ['no roles', { name: 'a', token_sha256: [HASH] }, /\(a\) roles/],
    ['a token instead of its hash', { ...ORDERS, token_sha256: ['cst_x'] }, /tokens hash/],
    ['nothing to know it by', { name: 'a', roles: ['read'] }, /\(a\) needs one of token_sha256/],
    ['an empty prefix', { ...ORDERS, stream_prefixes: [''] }, /leave the field out/],
    ['a bare certificate', { ...ORDERS, certificate: 'orders' }, /CN:, URI: or DNS:/],
    ['a day without a time', { ...ORDERS, expires: '2027-01-01' }, /2027-01-01T00:00:00Z/],
    ['a name with a line break', { ...ORDERS, name: 'a\nb' }, /^callers\[1\] name/],
    ['no object', 7, /^callers\[1\] /],
  ] as const) {
    test(`${what} is refused, naming the entry`, () => {
      const first = { ...ORDERS, name: 'first', token_sha256: ['cd'.repeat(32)] };
      assert.match(problemOf(first, entry), problem);
      assert.equal(problemOf(first), '');
    });
  }

  test('nothing stands for two callers', () => {
    const other = { ...ORDERS, name: 'other', token_sha256: ['cd'.repeat(32)] };
    assert.match(problemOf(ORDERS, { ...other, name: 'orders' }), /name orders stands twice/);
    assert.match(problemOf(ORDERS, { ...other, token_sha256: [HASH] }), /at orders and at other/);
    const both = { certificate: 'CN:a', jwt_subject: 's' };
    assert.match(problemOf({ ...ORDERS, ...both }, { ...other, ...both }), /certificate CN:a/);
  });

  test('what is no JSON is not shown', () => {
    assert.throws(() => parseAccessFile('{"callers":[secret'), /^AccessFileError: it is not JSON$/);
    assert.throws(() => parseAccessFile('{"callers":[],"more":1}'), /"more"/);
  });

  test('what is written is what is read', () => {
    const text = accessFileText([{ ...ORDERS, roles: ['read'] }]);
    assert.deepEqual(parseAccessFile(text), [ORDERS]);
    assert.throws(() => accessFileText([{ ...ORDERS, roles: [] }]), AccessFileError);
  });
});
