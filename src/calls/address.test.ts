import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressKey } from './address.js';

test('an IPv4 address is itself, however it is written', () => {
  assert.equal(addressKey('10.1.2.3'), '10.1.2.3');
  assert.equal(addressKey('::ffff:10.1.2.3'), '10.1.2.3');
});

test('an IPv6 address counts as its network of 64 bits', () => {
  const key = addressKey('2001:db8:1:2:3:4:5:6');
  assert.equal(key, '2001:db8:1:2::/64');
  for (const same of ['2001:db8:1:2::', '2001:db8:1:2::1', '2001:db8:1:2:ffff::1']) {
    assert.equal(addressKey(same), key);
  }
  assert.notEqual(addressKey('2001:db8:1:3::1'), key);
  assert.equal(addressKey('::1'), '0:0:0:0::/64');
  assert.equal(addressKey('fe80::1%eth0'), addressKey('fe80::2%eth1'));
  assert.equal(addressKey('2001:db8::5'), '2001:db8:0:0::/64');
});

test('what is no address is itself', () => {
  assert.equal(addressKey(''), '');
});
