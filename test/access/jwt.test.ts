import assert from 'node:assert/strict';
import { createHmac, KeyObject, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { before, describe, test, type TestContext } from 'node:test';
import { tokenHash, type Caller } from '../../src/access/index.js';
import {
  bearer,
  nameOrReason,
  openForTest,
  temporaryFile,
  type AuthenticatorUnderTest,
} from './authenticator-under-test.js';
import {
  AUDIENCE,
  claimsAt,
  ISSUER,
  issuerKey,
  keySetText,
  signed,
  unsigned,
  type IssuerKey,
} from './made-tokens.js';

const NOW_MS = 1_700_000_000_000;
const HOUR_S = 3_600;
const NOW_S = NOW_MS / 1_000;
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
const SIGNATURE = 'the signature of the token is wrong';
const UNKNOWN_KEY = 'the token is signed with a key that is not known';
const ALGORITHM = 'the token is signed by an algorithm that is not allowed';

let keys: readonly IssuerKey[] = [];
let rsa: IssuerKey;
let stranger: IssuerKey;

before(async () => {
  keys = await Promise.all(ALGORITHMS.map((algorithm) => issuerKey(algorithm, `k-${algorithm}`)));
  const [first] = keys;
  assert.ok(first !== undefined);
  rsa = first;
  stranger = await issuerKey('RS256', rsa.kid);
});

interface Opened extends AuthenticatorUnderTest {
  readonly keyFile: string;
  readonly ask: (token: string) => Promise<string>;
  readonly callerOf: (token: string) => Promise<Caller>;
}

async function open(context: TestContext, callers?: readonly object[]): Promise<Opened> {
  const keyFile = await temporaryFile(context, keySetText(...keys));
  const rules = { issuer: ISSUER, audience: AUDIENCE, algorithms: ALGORITHMS };
  const file = callers && (await temporaryFile(context, JSON.stringify({ callers })));
  const jwt = { ...rules, keys: { kind: 'file', path: keyFile } } as const;
  const served = await openForTest(context, { file, jwt });
  const { authenticator } = served;
  return {
    ...served,
    keyFile,
    ask: (token) => nameOrReason(authenticator, bearer(token)),
    callerOf: (token) => authenticator.authenticate({ ...bearer(token), certificate: undefined }),
  };
}

describe('JSON Web Tokens', () => {
  test('each algorithm that is allowed, and the rights of the claims', async (t) => {
    const { ask, callerOf } = await open(t);
    for (const key of keys) assert.equal(await ask(await signed(key, claimsAt(NOW_MS))), 'alice');
    const claims = {
      cassadra_roles: 'read append root',
      cassadra_stream_prefixes: ['order-'],
      cassadra_applications: 'shop',
    };
    assert.deepEqual(await callerOf(await signed(rsa, claimsAt(NOW_MS, claims))), {
      name: 'alice',
      roles: new Set(['read', 'append']),
      streamPrefixes: ['order-'],
      applications: ['shop'],
    });
    const none = { cassadra_roles: undefined, cassadra_stream_prefixes: '' };
    const caller = await callerOf(await signed(rsa, claimsAt(NOW_MS, none)));
    assert.deepEqual([caller.roles, caller.streamPrefixes], [new Set(), []]);
  });

  for (const [what, claims, reason] of [
    ['expired', { exp: NOW_S - 31 }, 'the token has expired'],
    ['expired within the tolerance', { exp: NOW_S - 29 }, 'alice'],
    ['not valid yet', { nbf: NOW_S + 31 }, 'a claim of the token is wrong: nbf'],
    ['valid soon, within the tolerance', { nbf: NOW_S + 29 }, 'alice'],
    ['for ever', { exp: undefined }, 'a claim of the token is wrong: exp'],
    ['of another issuer', { iss: `${ISSUER}/` }, 'a claim of the token is wrong: iss'],
    ['of no issuer', { iss: undefined }, 'a claim of the token is wrong: iss'],
    ['for others', { aud: 'billing' }, 'a claim of the token is wrong: aud'],
    ['for nobody', { aud: undefined }, 'a claim of the token is wrong: aud'],
    ['for us among others', { aud: ['billing', AUDIENCE] }, 'alice'],
    ['of nobody', { sub: undefined }, 'a claim of the token is wrong: sub'],
    ['of a subject with a line break', { sub: 'a\nb' }, /wrong form: sub$/],
    ['with roles that are no words', { cassadra_roles: 7 }, /wrong form: cassadra_roles$/],
    ['with an empty prefix', { cassadra_stream_prefixes: [''] }, /cassadra_stream_prefixes$/],
  ] as const) {
    test(`a token ${what}`, async (t) => {
      const { ask } = await open(t);
      const answer = await ask(await signed(rsa, claimsAt(NOW_MS, claims)));
      if (typeof reason === 'string') assert.equal(answer, reason);
      else assert.match(answer, reason);
    });
  }

  test('signatures by strangers, and tricks with headers', async (t) => {
    const { ask } = await open(t);
    const claims = claimsAt(NOW_MS);
    const good = await signed(rsa, claims);
    assert.equal(await ask(await signed(stranger, claims)), SIGNATURE);
    assert.equal(await ask(await signed(stranger, claims, { kid: 'other' })), UNKNOWN_KEY);
    assert.equal(await ask(await signed(stranger, claims, { jwk: stranger.publicJwk })), SIGNATURE);
    const elsewhere = { jku: 'https://evil.example/jwks', x5u: 'https://evil.example/x' };
    assert.equal(await ask(await signed(stranger, claims, elsewhere)), SIGNATURE);
    const [head = '', , signature = ''] = good.split('.');
    const others = unsigned({}, { ...claims, sub: 'root' }).split('.')[1] ?? '';
    assert.equal(await ask(`${head}.${others}.${signature}`), SIGNATURE);
    assert.equal(await ask(`${head}.${others}.`), SIGNATURE);
    assert.equal(await ask(unsigned({ alg: 'none' }, claims)), ALGORITHM);
    assert.equal(await ask(unsigned({ alg: 'None', kid: rsa.kid }, claims, 'x')), ALGORITHM);
    assert.match(await ask(unsigned({ kid: rsa.kid }, claims, 'x')), /no JWT|not allowed/);
    const critical = { crit: ['cassadra'], cassadra: 1 };
    assert.equal(await ask(signedAnyway({})), 'alice');
    assert.match(await ask(signedAnyway(critical)), /no JWT/);
    assert.equal(await ask('a.b.c'), 'the token is no JWT that can be checked');
    assert.equal(await ask('a.b.c.d.e'), 'the token is not known');
    assert.equal(await ask(good), 'alice', 'and the good one still is');
  });

  test('the public key is no secret to sign with', async (t) => {
    const { ask } = await open(t);
    const spki = KeyObject.from(rsa.publicKey);
    for (const type of ['pem', 'der'] as const) {
      const der = spki.export({ format: 'der', type: 'spki' });
      const secret = type === 'der' ? der : spki.export({ format: 'pem', type: 'spki' });
      const body = unsigned({ alg: 'HS256', kid: rsa.kid }, claimsAt(NOW_MS)).slice(0, -1);
      const signature = createHmac('sha256', secret).update(body).digest('base64url');
      assert.equal(await ask(`${body}.${signature}`), ALGORITHM);
    }
  });

  test('an algorithm that is not pinned is refused although its key is there', async (t) => {
    const { ask } = await open(t);
    const key = { ...rsa, algorithm: 'PS256' };
    await assert.rejects(signed(key, claimsAt(NOW_MS)));
    const head = { alg: 'PS256', kid: rsa.kid };
    assert.equal(await ask(unsigned(head, claimsAt(NOW_MS), 'x')), ALGORITHM);
  });

  test('a token that was good expires, and is gone with its key', async (t) => {
    const served = await open(t);
    const { ask, time, keyFile, authenticator } = served;
    const token = await signed(rsa, claimsAt(NOW_MS));
    assert.equal(await ask(token), 'alice');
    time.jumpWallTo(NOW_MS + HOUR_S * 1_000 + 29_000);
    assert.equal(await ask(token), 'alice');
    time.jumpWallTo(NOW_MS + HOUR_S * 1_000 + 31_000);
    assert.equal(await ask(token), 'the token has expired');

    time.jumpWallTo(NOW_MS);
    const other = await signed(rsa, claimsAt(NOW_MS, { sub: 'bob' }));
    const credentials = { ...bearer(other), certificate: undefined };
    const caller = await authenticator.authenticate(credentials);
    const watched = authenticator.watch(credentials, caller, new AbortController().signal);
    await writeFile(keyFile, keySetText(...keys.slice(1)));
    await served.until(() => watched.aborted);
    assert.ok(time.nowMs() < NOW_MS + 60_000, 'by its key, not by its time');
    assert.equal(await ask(other), UNKNOWN_KEY);
    // a key of that name, but another one
    await writeFile(keyFile, keySetText(stranger));
    await served.until(async () => (await ask(other)) === SIGNATURE);
  });

  test('a subject in the file has the rights of the file', async (t) => {
    const roles = ['append', 'admin'];
    const alice = { name: 'alice-of-house', jwt_subject: 'alice', roles };
    const token = 'cst_x';
    const plain = { name: 'plain', token_sha256: [tokenHash(token)], roles };
    const { ask, callerOf } = await open(t, [alice, plain]);
    const caller = await callerOf(await signed(rsa, claimsAt(NOW_MS)));
    assert.deepEqual([caller.name, caller.roles], ['alice-of-house', new Set(roles)]);
    assert.equal(await ask(token), 'plain');
    assert.equal(await ask(await signed(rsa, claimsAt(NOW_MS, { sub: 'bob' }))), 'bob');
  });

  test('keys that are no public keys are not used', async (t) => {
    const secret = { kty: 'oct', kid: 's', alg: 'HS256', k: 'AAAA' };
    const jwt = { issuer: ISSUER, audience: AUDIENCE, algorithms: ALGORITHMS };
    for (const text of [JSON.stringify({ keys: [secret] }), '{}', 'no', '{"keys":[]}']) {
      const path = await temporaryFile(t, text);
      const settings = { file: undefined, jwt: { ...jwt, keys: { kind: 'file', path } } } as const;
      await assert.rejects(openForTest(t, settings), /file\.json: it (is not|holds no)/);
    }
  });
});

/** With a header that jose would not sign. */
function signedAnyway(header: Readonly<Record<string, unknown>>): string {
  const head = { alg: 'RS256', kid: rsa.kid, ...header };
  const body = unsigned(head, claimsAt(NOW_MS)).slice(0, -1);
  const signature = sign('sha256', Buffer.from(body), KeyObject.from(rsa.privateKey));
  return `${body}.${signature.toString('base64url')}`;
}
