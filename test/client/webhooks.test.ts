import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import {
  verifyWebhook,
  WebhookVerificationError,
  type WebhookHeaders,
  type WebhookRequest,
  type WebhookVerificationReason,
} from '../../src/client/index.js';

/** As published with the libraries of Standard Webhooks, and with the server of Svix (`v1a`). */
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const SECONDS = 1_614_265_330;
const BODY = '{"test": 2432232314}';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const PUBLIC_KEY = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
const V1 = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const V1A =
  'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';
const OTHER = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const HEADERS = {
  'webhook-id': ID,
  'webhook-timestamp': String(SECONDS),
  'webhook-signature': V1,
};
const VALID: WebhookRequest = {
  headers: HEADERS,
  body: BODY,
  secrets: [SECRET],
  nowMs: SECONDS * 1_000,
};
const FACTS = { id: ID, timestampMs: SECONDS * 1_000 };

function reasonOf(request: Partial<WebhookRequest>): WebhookVerificationReason | undefined {
  try {
    assert.deepEqual(verifyWebhook({ ...VALID, ...request }), FACTS);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof WebhookVerificationError, String(error));
    return error.reason;
  }
}

const signed = (signature: string, more: WebhookHeaders = {}): Partial<WebhookRequest> => ({
  headers: { ...HEADERS, ...more, 'webhook-signature': signature },
});

test('the published vectors are believed', () => {
  assert.equal(reasonOf({}), undefined);
  assert.equal(reasonOf({ body: Buffer.from(BODY) }), undefined);
  assert.equal(reasonOf({ ...signed(V1A), secrets: [PUBLIC_KEY] }), undefined);
});

test('one secret and one signature that fit are enough', () => {
  const secrets = [OTHER, PUBLIC_KEY, SECRET];
  for (const signature of [V1, V1A, `v1,AAAA v2,x  ${V1}`, `v1a,${V1.slice(3)} ${V1A}`]) {
    assert.equal(reasonOf({ ...signed(signature), secrets }), undefined, signature);
  }
});

test('what fits nothing is not believed', () => {
  const swapped = [`v1a,${V1.slice(3)}`, `v1,${V1A.slice(4)}`, V1.slice(3), `V1,${V1.slice(3)}`];
  const short = [V1.slice(0, -6), `${V1.slice(0, 9)}A${V1.slice(10)}`, 'v1,', 'v1', ','];
  for (const signature of [...swapped, ...short]) {
    const request = { ...signed(signature), secrets: [SECRET, PUBLIC_KEY] };
    assert.equal(reasonOf(request), 'no-matching-signature', signature);
  }
  assert.equal(reasonOf({ secrets: [OTHER, PUBLIC_KEY] }), 'no-matching-signature');
  for (const body of ['', `${BODY} `, BODY.replace(': ', ':'), new Uint8Array()]) {
    assert.equal(reasonOf({ body }), 'no-matching-signature');
  }
  const later = { ...HEADERS, 'webhook-timestamp': String(SECONDS + 1) };
  assert.equal(reasonOf({ headers: later }), 'no-matching-signature');
  const renamed = { ...HEADERS, 'webhook-id': `${ID}x` };
  assert.equal(reasonOf({ headers: renamed }), 'no-matching-signature');
});

test('headers come as fetch, node:http or plain objects have them', () => {
  const capitals = Object.entries(HEADERS).map(([name, value]) => [name.toUpperCase(), value]);
  const lists = Object.entries(HEADERS).map(([name, value]) => [name, [value]]);
  const kinds: WebhookHeaders[] = [
    new Headers(HEADERS),
    Object.fromEntries(capitals) as Record<string, string>,
    Object.fromEntries(lists) as Record<string, string[]>,
  ];
  for (const headers of kinds) assert.equal(reasonOf({ headers }), undefined);
});

test('a header that is missing, empty or there twice is named', () => {
  for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const) {
    const wrong: WebhookHeaders[] = [
      { ...HEADERS, [name]: '' },
      { ...HEADERS, [name]: undefined },
      { ...HEADERS, [name]: [HEADERS[name], HEADERS[name]] },
      { ...HEADERS, [name.toUpperCase()]: HEADERS[name] },
      new Headers({ ...HEADERS, [name]: '' }),
    ];
    for (const headers of wrong) assert.equal(reasonOf({ headers }), 'missing-header', name);
  }
});

test('the time counts, five minutes either way or as told', () => {
  const at = (offsetMs: number, toleranceMs?: number): string | undefined =>
    reasonOf({
      nowMs: SECONDS * 1_000 + offsetMs,
      ...(toleranceMs === undefined ? {} : { toleranceMs }),
    });
  assert.deepEqual([at(300_000), at(300_001)], [undefined, 'too-old']);
  assert.deepEqual([at(-300_000), at(-300_001)], [undefined, 'too-new']);
  assert.deepEqual([at(1_000, 1_000), at(1_001, 1_000)], [undefined, 'too-old']);
  const now = { headers: HEADERS, body: BODY, secrets: [SECRET] };
  assert.throws(() => verifyWebhook(now), { reason: 'too-old' });
  for (const text of ['x', '-1', '1e9', ' 1614265330', '1614265330.0', '9'.repeat(13)]) {
    const headers = { ...HEADERS, 'webhook-timestamp': text };
    assert.equal(reasonOf({ headers }), 'malformed-header', text);
  }
});

test('a secret that is none is a mistake of the program, and is not shown', () => {
  const hunter2 = Buffer.from('hunter2hunter2').toString('base64');
  const wrong = ['', hunter2, `whsk_${hunter2}`, `whsec_${hunter2}`, `whpk_${hunter2}`, 'whsec_'];
  for (const secret of wrong) {
    assert.throws(
      () => verifyWebhook({ ...VALID, secrets: [SECRET, secret] }),
      (error) =>
        error instanceof Error &&
        error.name === 'InvalidRequestError' &&
        error.message.startsWith('secrets[1] ') &&
        !error.message.includes(hunter2),
      secret,
    );
  }
  assert.throws(() => verifyWebhook({ ...VALID, secrets: [] }), { name: 'InvalidRequestError' });
});

test('what the library of the standard signs is believed', () => {
  const library = new Webhook(OTHER);
  for (const body of [BODY, '', '{"n":12345678901234567890,"s":"\u{1f600}\u2028ü\u0000"}']) {
    const signature = library.sign(ID, new Date(SECONDS * 1_000), body);
    assert.equal(reasonOf({ ...signed(signature), body, secrets: [OTHER] }), undefined, body);
    assert.equal(
      reasonOf({ ...signed(signature), body, secrets: [SECRET] }),
      'no-matching-signature',
    );
  }
});

test('keys of node:crypto sign what is believed', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const bytes = Buffer.concat([Buffer.from(`${ID}.${SECONDS}.`), Buffer.of(0xff, 0x00, 0xc3)]);
  const signature = sign(null, bytes, privateKey).toString('base64');
  const request = {
    ...signed(`v1a,${signature}`),
    body: Buffer.of(0xff, 0x00, 0xc3),
    secrets: [`whpk_${raw.toString('base64')}`],
  };
  assert.equal(reasonOf(request), undefined);
  // as a text these bytes are others
  const body = request.body.toString();
  assert.equal(reasonOf({ ...request, body }), 'no-matching-signature');
});

test('of a header full of signatures only the first count', () => {
  const many = `${'v1,AAAA '.repeat(30)}${V1}`;
  assert.equal(reasonOf(signed(many)), 'no-matching-signature');
});
