import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeldDocuments } from '../../../test/support/held-documents.js';
import { AppError, type ErrorCode } from '../../core/index.js';
import {
  createSealer,
  FakeTime,
  silentLogger,
  systemComponents,
  systemKeys,
} from '../../runtime/index.js';
import { createSecrets } from './create-secrets.js';
import type { Credentials, Secrets } from './secrets.js';
import { secretsOfCall } from './secrets-of-call.js';

const SIGNAL = new AbortController().signal;
const HMAC = 'hmac-sha256';
const URL = 'https://Shop.Example/hook?x=1';
const DESTINATION = 'https://shop.example:443';
const OLD = new Uint8Array(32).fill(1);
const NEW = new Uint8Array(32).fill(2);

/** Of one byte over and over. */
function hmacSecret(fill: number, bytes = 24): string {
  return `whsec_${Buffer.alloc(bytes, fill).toString('base64')}`;
}

interface World {
  readonly shared: HeldDocuments;
  readonly time: FakeTime;
  /** Another server over the same documents. */
  readonly server: (...keys: readonly Uint8Array[]) => Secrets;
  readonly secrets: Secrets;
}

function world(): World {
  const shared = new HeldDocuments();
  const time = new FakeTime();
  const components = { ...systemComponents(silentLogger), clock: time };
  const server = (...keys: readonly Uint8Array[]): Secrets =>
    createSecrets({ shared, sealer: createSealer(keys), keys: systemKeys, components });
  return { shared, time, server, secrets: server(OLD) };
}

/** The code, and the field or the limit that it names. */
function refusal(code: ErrorCode, fact?: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof AppError, String(error));
    assert.deepEqual([error.code, error.details['field']], [code, fact], error.message);
    return true;
  };
}

test('keys are created, listed by id without their secrets, and removed', async () => {
  const { secrets, time } = world();
  const createdMs = time.nowMs();
  const b = { keyId: 'b', kind: HMAC, secret: hmacSecret(1) } as const;
  const created = await secrets.createKey('shop', b, SIGNAL);
  assert.deepEqual(created, { key: { keyId: 'b', kind: HMAC, createdMs } });
  const made = await secrets.createKey('shop', { keyId: 'a', kind: HMAC }, SIGNAL);
  assert.match(made.secret ?? '', /^whsec_[A-Za-z0-9+/]{43}=$/);
  const pair = await secrets.createKey('shop', { keyId: 'c', kind: 'ed25519' }, SIGNAL);
  assert.match(pair.key.publicKey ?? '', /^whpk_[A-Za-z0-9+/]{43}=$/);
  assert.equal(pair.secret, undefined);
  assert.deepEqual(await secrets.listKeys('shop'), [made.key, created.key, pair.key]);
  assert.deepEqual(await secrets.listKeys('other'), []);
  await secrets.removeKey('shop', 'a', SIGNAL);
  await secrets.removeKey('shop', 'b', SIGNAL);
  await secrets.removeKey('shop', 'c', SIGNAL);
  assert.deepEqual(await secrets.listKeys('shop'), []);
  await assert.rejects(secrets.removeKey('shop', 'a', SIGNAL), refusal('NOT_FOUND'));
});

test('a key may be created again as it is, and not otherwise', async () => {
  const { secrets, server, shared } = world();
  const key = { keyId: 'k', kind: HMAC, secret: hmacSecret(1) } as const;
  const first = await secrets.createKey('shop', key, SIGNAL);
  assert.deepEqual(await secrets.createKey('shop', key, SIGNAL), first);
  assert.deepEqual(await server(NEW, OLD).createKey('shop', key, SIGNAL), first);
  const content = shared.get('keys\nshop');
  const others = [
    { ...key, secret: hmacSecret(2) },
    { keyId: 'k', kind: HMAC },
    { keyId: 'k', kind: 'ed25519' },
  ] as const;
  for (const other of others) {
    await assert.rejects(secrets.createKey('shop', other, SIGNAL), refusal('KEY_EXISTS'));
  }
  // whoever cannot open it does not know whether it is the same
  await assert.rejects(server(NEW).createKey('shop', key, SIGNAL), refusal('KEY_EXISTS'));
  assert.equal(shared.get('keys\nshop'), content);
  const made = { keyId: 'pair', kind: 'ed25519' } as const;
  const pair = await secrets.createKey('shop', made, SIGNAL);
  assert.deepEqual(await secrets.createKey('shop', made, SIGNAL), pair);
});

test('of each kind there are two, also when two servers add one at once', async () => {
  const { secrets, server, shared } = world();
  const create = (by: Secrets, keyId: string, kind: 'ed25519' | 'hmac-sha256') =>
    by.createKey('shop', { keyId, kind }, SIGNAL);
  await create(secrets, 'a', HMAC);
  shared.interruption = () => create(server(OLD), 'b', HMAC);
  await assert.rejects(create(secrets, 'c', HMAC), refusal('LIMIT_EXCEEDED', 'key_id'));
  await create(secrets, 'd', 'ed25519');
  await create(secrets, 'e', 'ed25519');
  await assert.rejects(create(secrets, 'f', 'ed25519'), refusal('LIMIT_EXCEEDED', 'key_id'));
  const ids = (await secrets.listKeys('shop')).map(({ keyId }) => keyId);
  assert.deepEqual(ids, ['a', 'b', 'd', 'e']);
  await create(secrets, 'a', HMAC).catch(refusal('KEY_EXISTS'));
  await secrets.removeKey('shop', 'a', SIGNAL);
  await create(secrets, 'c', HMAC);
});

test('a write that was in doubt and took effect is no error', async () => {
  const { secrets, shared } = world();
  shared.doubtful = true;
  const made = await secrets.createKey('shop', { keyId: 'k', kind: HMAC }, SIGNAL);
  const { hmacKeys } = secretsOfCall(shared, createSealer([OLD]))('shop', DESTINATION);
  const shown = Buffer.from((made.secret ?? '').slice(6), 'base64');
  assert.deepEqual(
    hmacKeys.map((bytes) => Buffer.from(bytes)),
    [shown],
  );
  shared.doubtful = true;
  await secrets.removeKey('shop', 'k', SIGNAL);
  const token = { kind: 'bearer', token: 't' } as const;
  shared.doubtful = true;
  await secrets.setCredentials('shop', URL, token, SIGNAL);
  shared.doubtful = true;
  await secrets.removeCredentials('shop', URL, SIGNAL);
  assert.equal(shared.contents.size, 0);
});

test('secrets that are none are refused by field, and not shown', async () => {
  const { secrets, shared } = world();
  const seed = Buffer.alloc(32, 9);
  const publicKey = Buffer.from(systemKeys.ed25519PublicKey(seed));
  const whsk = (...parts: readonly Uint8Array[]): string =>
    `whsk_${Buffer.concat(parts).toString('base64')}`;
  const wrong: [kind: 'ed25519' | 'hmac-sha256', secret: string][] = [
    [HMAC, hmacSecret(1, 23)],
    [HMAC, hmacSecret(1, 65)],
    [HMAC, hmacSecret(1).slice(6)],
    [HMAC, whsk(seed)],
    [HMAC, `${hmacSecret(1)}\n`],
    [HMAC, `${hmacSecret(1, 25)}`.replace('=', '')],
    [HMAC, ''],
    ['ed25519', hmacSecret(1, 32)],
    ['ed25519', whsk(seed.subarray(1))],
    ['ed25519', whsk(seed, publicKey.subarray(1))],
    ['ed25519', whsk(seed, seed)],
  ];
  for (const [kind, secret] of wrong) {
    const creating = secrets.createKey('shop', { keyId: 'k', kind, secret }, SIGNAL);
    await assert.rejects(creating, (error) => {
      assert.ok(secret.length < 8 || !String(error).includes(secret.slice(6)));
      return refusal('INVALID_ARGUMENT', 'secret')(error);
    });
  }
  assert.equal(shared.contents.size, 0);
  for (const secret of [whsk(seed), whsk(seed, publicKey)]) {
    const key = { keyId: 'k', kind: 'ed25519', secret } as const;
    const created = await secrets.createKey('shop', key, SIGNAL);
    assert.equal(created.key.publicKey, `whpk_${publicKey.toString('base64')}`);
  }
  for (const bytes of [24, 64]) {
    const key = { keyId: `${bytes}`, kind: HMAC, secret: hmacSecret(1, bytes) } as const;
    await secrets.createKey('shop', key, SIGNAL);
  }
});

test('names are checked', async () => {
  const { secrets } = world();
  const key = { keyId: 'k', kind: HMAC } as const;
  const names: [Promise<unknown>, ErrorCode, string][] = [
    [secrets.createKey('', key, SIGNAL), 'INVALID_ARGUMENT', 'application'],
    [secrets.createKey('a\nb', key, SIGNAL), 'INVALID_ARGUMENT', 'application'],
    [secrets.createKey('a', { ...key, keyId: '' }, SIGNAL), 'INVALID_ARGUMENT', 'key_id'],
    [secrets.createKey('a', { ...key, keyId: 'ä'.repeat(51) }, SIGNAL), 'LIMIT_EXCEEDED', 'key_id'],
    [secrets.removeKey('a', 'x\n', SIGNAL), 'INVALID_ARGUMENT', 'key_id'],
    [secrets.listKeys(''), 'INVALID_ARGUMENT', 'application'],
    [secrets.removeCredentials('a', 'append:', SIGNAL), 'INVALID_ARGUMENT', 'url'],
  ];
  for (const [call, code, field] of names) await assert.rejects(call, refusal(code, field));
});

const WRONG: [credentials: Credentials, code: ErrorCode, field: string][] = [
  [{ kind: 'basic', user: 'a:b', password: 'hunter2' }, 'INVALID_ARGUMENT', 'user'],
  [{ kind: 'basic', user: '', password: '' }, 'INVALID_ARGUMENT', 'user'],
  [{ kind: 'basic', user: 'a', password: 'hunter2\r\n' }, 'INVALID_ARGUMENT', 'password'],
  [{ kind: 'basic', user: 'a', password: 'hunter2\ud800' }, 'INVALID_ARGUMENT', 'password'],
  [{ kind: 'basic', user: 'a', password: 'hunter2'.repeat(600) }, 'LIMIT_EXCEEDED', 'password'],
  [{ kind: 'basic', user: 'ä'.repeat(2_049), password: '' }, 'LIMIT_EXCEEDED', 'user'],
  [{ kind: 'bearer', token: '' }, 'INVALID_ARGUMENT', 'token'],
  [{ kind: 'bearer', token: 'hunter2 ' }, 'INVALID_ARGUMENT', 'token'],
  [{ kind: 'bearer', token: 'hunter2\u00e9' }, 'INVALID_ARGUMENT', 'token'],
  [{ kind: 'bearer', token: 'hunter2'.repeat(600) }, 'LIMIT_EXCEEDED', 'token'],
  [
    { kind: 'mtls', certificate: 'hunter2', privateKey: 'hunter2', ca: undefined },
    'INVALID_ARGUMENT',
    'certificate',
  ],
  [
    { kind: 'mtls', certificate: '', privateKey: 'hunter2'.repeat(9_999), ca: undefined },
    'LIMIT_EXCEEDED',
    'private_key',
  ],
];

test('credentials that are none are refused by field, and not shown', async () => {
  const { secrets, shared } = world();
  for (const [credentials, code, field] of WRONG) {
    await assert.rejects(secrets.setCredentials('shop', URL, credentials, SIGNAL), (error) => {
      assert.ok(error instanceof AppError && !JSON.stringify(error).includes('hunter2'));
      assert.ok(!`${error.message} ${String(error.cause)}`.includes('hunter2'));
      return refusal(code, field)(error);
    });
  }
  const mtls = { kind: 'mtls', certificate: '', privateKey: '', ca: undefined } as const;
  const plain = secrets.setCredentials('shop', 'http://shop.example/', mtls, SIGNAL);
  await assert.rejects(plain, refusal('INVALID_ARGUMENT', 'url'));
  assert.equal(shared.contents.size, 0);
});

test('credentials are stored sealed, with kind and time in clear, and replaced whole', async () => {
  const { secrets, shared, time } = world();
  const ofCall = secretsOfCall(shared, createSealer([OLD]));
  const basic = { kind: 'basic', user: 'ü', password: 'päss:hunter2' } as const;
  await secrets.setCredentials('shop', URL, basic, SIGNAL);
  const id = `credential\nshop\n${DESTINATION}`;
  const content = shared.get(id) ?? '';
  const { kind, setMs } = JSON.parse(content) as { kind: unknown; setMs: unknown };
  assert.deepEqual([kind, setMs], ['basic', time.nowMs()]);
  assert.ok(!content.includes('hunter2') && !content.includes('ü'));
  const first = ofCall('shop', DESTINATION);
  assert.deepEqual(first.credentials, basic);
  for (const [application, destination] of [
    ['other', DESTINATION],
    ['shop', 'https://shop.example:444'],
  ] as const) {
    assert.equal(ofCall(application, destination).credentials, undefined);
  }
  const bearer = { kind: 'bearer', token: 'hunter2' } as const;
  await secrets.setCredentials('shop', 'https://shop.example:443/', bearer, SIGNAL);
  const second = ofCall('shop', DESTINATION);
  assert.deepEqual(second.credentials, bearer);
  assert.notEqual(second.credentialsVersion, first.credentialsVersion);
  await secrets.removeCredentials('shop', URL, SIGNAL);
  assert.equal(ofCall('shop', DESTINATION).credentials, undefined);
  await assert.rejects(secrets.removeCredentials('shop', URL, SIGNAL), refusal('NOT_FOUND'));
});

test('without SECRETS_KEY nothing is stored, and what is there can be removed', async () => {
  const { secrets, server, shared } = world();
  await secrets.createKey('shop', { keyId: 'k', kind: HMAC }, SIGNAL);
  await secrets.setCredentials('shop', URL, { kind: 'bearer', token: 'x' }, SIGNAL);
  const without = server();
  const key = { keyId: 'l', kind: HMAC } as const;
  await assert.rejects(without.createKey('shop', key, SIGNAL), refusal('SECRETS_DISABLED'));
  const setting = without.setCredentials('shop', URL, { kind: 'bearer', token: 'y' }, SIGNAL);
  await assert.rejects(setting, refusal('SECRETS_DISABLED'));
  assert.equal((await without.listKeys('shop')).length, 1);
  await without.removeKey('shop', 'k', SIGNAL);
  await without.removeCredentials('shop', URL, SIGNAL);
  assert.equal(shared.contents.size, 0);
});

test('while the documents are not known nobody is told that there are no keys', async () => {
  const { secrets, shared } = world();
  shared.fresh = false;
  await assert.rejects(secrets.listKeys('shop'), refusal('UNAVAILABLE'));
});
