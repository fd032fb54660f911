import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signatureHeaders } from './signing.js';

/** As published with the libraries of Standard Webhooks, and with the server of Svix (`v1a`). */
const VECTOR = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  nowMs: 1_614_265_330_000,
  body: Buffer.from('{"test": 2432232314}'),
};
const HMAC_KEY = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
const SEED = Buffer.from('6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc=', 'base64');
const V1 = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const V1A =
  'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';

function signaturesOf(hmacKeys: Uint8Array[], ed25519Seeds: Uint8Array[], nowMs: number): string {
  const headers = signatureHeaders({ hmacKeys, ed25519Seeds }, { ...VECTOR, nowMs });
  assert.deepEqual(headers.slice(0, 2), [
    ['webhook-id', VECTOR.id],
    ['webhook-timestamp', '1614265330'],
  ]);
  return headers[2]?.[1] ?? '';
}

test('the published vectors are what is signed', () => {
  assert.equal(signaturesOf([HMAC_KEY], [], VECTOR.nowMs), V1);
  assert.equal(signaturesOf([], [SEED], VECTOR.nowMs), V1A);
});

test('all keys sign, and time is in whole seconds', () => {
  const other = HMAC_KEY.map((byte) => byte ^ 1);
  const all = signaturesOf([HMAC_KEY, other], [SEED, SEED], VECTOR.nowMs + 999).split(' ');
  assert.deepEqual([all[0], all[2], all[3], all.length], [V1, V1A, V1A, 4]);
  assert.match(all[1] ?? '', /^v1,/);
  assert.notEqual(all[1], V1);
});

test('without a key nothing is said', () => {
  assert.deepEqual(signatureHeaders({ hmacKeys: [], ed25519Seeds: [] }, VECTOR), []);
});
