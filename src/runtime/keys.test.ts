import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { withAuthority } from '../../test/support/certificates.js';
import { ed25519PrivateKey, systemKeys } from './keys.js';

/** RFC 8032, section 7.1: seed, public key, message, signature. */
const RFC_8032: [seed: string, publicKey: string, message: string, signature: string][] = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9' +
      'b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1' +
      '1d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
];

test('ed25519 keys are those of RFC 8032', () => {
  for (const [seed, publicKey, message, signature] of RFC_8032) {
    const bytes = Buffer.from(seed, 'hex');
    assert.equal(Buffer.from(systemKeys.ed25519PublicKey(bytes)).toString('hex'), publicKey);
    const made = sign(null, Buffer.from(message, 'hex'), ed25519PrivateKey(bytes));
    assert.equal(made.toString('hex'), signature);
  }
  assert.throws(() => ed25519PrivateKey(new Uint8Array(31)), /32 bytes/);
});

test('new secrets have their length and differ', () => {
  const secrets = [1, 2, 3].map(() => Buffer.from(systemKeys.newSecret(32)).toString('hex'));
  assert.equal(new Set(secrets).size, 3);
  assert.ok(secrets.every(({ length }) => length === 64));
});

test('a client certificate is usable, or its wrong part is named', () => {
  const { ca, client, other } = withAuthority((authority) => ({
    ca: authority.certificate,
    client: authority.issue('client'),
    other: authority.issue('other'),
  }));
  const pem = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
  const locked = generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    privateKeyEncoding: pem,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
  const good = { ...client, ca: undefined };
  assert.equal(systemKeys.wrongPart(good), undefined);
  assert.equal(systemKeys.wrongPart({ ...client, ca: ca + ca }), undefined);
  const chain = { ...good, certificate: client.certificate + ca };
  assert.equal(systemKeys.wrongPart(chain), undefined);
  const torn = client.certificate.replace(/\n[A-Za-z0-9+/]{64}\n/, '\n');
  for (const certificate of ['', 'x', torn, client.privateKey, client.certificate + torn]) {
    assert.equal(systemKeys.wrongPart({ ...good, certificate }), 'certificate', certificate);
  }
  for (const privateKey of ['', 'x', other.privateKey, client.certificate, locked]) {
    assert.equal(systemKeys.wrongPart({ ...good, privateKey }), 'privateKey', privateKey);
  }
  for (const wrong of ['', 'x', torn]) {
    assert.equal(systemKeys.wrongPart({ ...good, ca: wrong }), 'ca', wrong);
  }
});
