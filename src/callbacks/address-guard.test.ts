import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayDial, parseAllowCidrs } from './address-guard.js';

const PUBLIC = [
  '1.1.1.1',
  '93.184.216.34',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '::ffff:1.1.1.1',
  '64:ff9b::101:101',
  '2606:4700::1111',
  '2a00:1450:4001::1',
];

const INNER = [
  '0.0.0.1',
  '10.255.255.255',
  '100.64.0.0',
  '100.127.255.255',
  '127.0.0.1',
  '168.63.129.16',
  '169.254.169.254',
  '172.16.0.0',
  '172.31.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.0.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.251',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:0:127.0.0.1',
  '64:ff9b::10.0.0.1',
  '64:ff9b:1::a00:1',
  '100::1',
  '2001::1',
  '2001:2::1',
  '2001:db8::1',
  '2002:a00:1::1',
  '3fff::1',
  '4000::1',
  '5f00::1',
  'fc00::1',
  'fdff::1',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  'localhost',
  '10.1',
  '',
];

test('public addresses are dialled', () => {
  for (const address of PUBLIC) assert.equal(mayDial(address, []), true, address);
});

test('all others are not, unless a range allows them', () => {
  for (const address of INNER) assert.equal(mayDial(address, []), false, address);
  const all = parseAllowCidrs(['0.0.0.0/0', '::/0']);
  const addresses = INNER.slice(0, INNER.indexOf('localhost'));
  for (const address of addresses) assert.equal(mayDial(address, all), true, address);
  for (const text of ['localhost', '10.1', '']) assert.equal(mayDial(text, all), false, text);
});

test('a range allows what is inside it, however it is written', () => {
  const allowed = parseAllowCidrs(['10.1.0.0/16', 'fd00:1::/32', '192.168.7.9/32']);
  const inside = ['10.1.2.3', '::ffff:10.1.2.3', '64:ff9b::a01:203', 'fd00:1::5', '192.168.7.9'];
  const outside = ['10.2.0.1', '::ffff:10.2.0.1', 'fd00:2::5', '192.168.7.8', '127.0.0.1'];
  for (const address of inside) assert.equal(mayDial(address, allowed), true, address);
  for (const address of outside) assert.equal(mayDial(address, allowed), false, address);
});

test('what is no range is refused by name', () => {
  const wrong = [
    '10/8',
    '10.0.0.0',
    '10.0.0.0/33',
    '::1/129',
    'fe80::%1/10',
    '0x7f.1/8',
    'a/8',
    '',
  ];
  for (const cidr of wrong) {
    assert.throws(
      () => parseAllowCidrs(['10.0.0.0/8', cidr]),
      (error) => error instanceof Error && error.message.startsWith(`"${cidr}" is not a range`),
      cidr,
    );
  }
});
