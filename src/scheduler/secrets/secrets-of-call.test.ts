import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeldDocuments } from '../../../test/support/held-documents.js';
import { AppError } from '../../core/index.js';
import {
  createSealer,
  silentLogger,
  systemComponents,
  systemKeys,
  type Sealer,
} from '../../runtime/index.js';
import { createSecrets } from './create-secrets.js';
import type { Secrets } from './secrets.js';
import { secretsOfCall } from './secrets-of-call.js';

const SIGNAL = new AbortController().signal;
const HMAC = 'hmac-sha256';
const DESTINATION = 'https://shop.example:443';
const OLD = new Uint8Array(32).fill(1);
const NEW = new Uint8Array(32).fill(2);
const components = systemComponents(silentLogger);

function secretsIn(shared: HeldDocuments, ...keys: readonly Uint8Array[]): Secrets {
  return createSecrets({ shared, sealer: createSealer(keys), keys: systemKeys, components });
}

/** Counts how often something is opened. */
function countingSealer(): Sealer & { opened: number } {
  const sealer = createSealer([OLD]);
  assert.ok(sealer !== undefined);
  return {
    opened: 0,
    seal: (plain, context) => sealer.seal(plain, context),
    open(sealed, context) {
      this.opened += 1;
      return sealer.open(sealed, context);
    },
  };
}

test('all keys of the application sign, opened once for each of their changes', async () => {
  const shared = new HeldDocuments();
  const sealer = countingSealer();
  const secrets = secretsIn(shared, OLD);
  const ofCall = secretsOfCall(shared, sealer);
  const none = { hmacKeys: [], ed25519Seeds: [], credentials: undefined, credentialsVersion: '' };
  assert.deepEqual(ofCall('shop', DESTINATION), none);
  await secrets.createKey('shop', { keyId: 'a', kind: HMAC }, SIGNAL);
  await secrets.createKey('shop', { keyId: 'b', kind: 'ed25519' }, SIGNAL);
  const [first, again] = [ofCall('shop', DESTINATION), ofCall('shop', 'http://other:80')];
  assert.deepEqual([first.hmacKeys.length, first.ed25519Seeds.length], [1, 1]);
  assert.equal(again.ed25519Seeds[0], first.ed25519Seeds[0]);
  assert.equal(sealer.opened, 2);
  shared.put('policy\nshop', '{}');
  assert.equal(ofCall('shop', DESTINATION).ed25519Seeds[0], first.ed25519Seeds[0]);
  assert.equal(sealer.opened, 2);
  await secrets.createKey('shop', { keyId: 'c', kind: HMAC }, SIGNAL);
  assert.equal(ofCall('shop', DESTINATION).hmacKeys.length, 2);
  for (const keyId of ['a', 'b', 'c']) await secrets.removeKey('shop', keyId, SIGNAL);
  assert.deepEqual(ofCall('shop', DESTINATION), none);
  assert.deepEqual(ofCall('other', DESTINATION), none);
});

test('while the key of the servers is replaced, what the old one sealed still opens', async () => {
  const shared = new HeldDocuments();
  await secretsIn(shared, OLD).createKey('shop', { keyId: 'a', kind: HMAC }, SIGNAL);
  await secretsIn(shared, NEW, OLD).createKey('shop', { keyId: 'b', kind: HMAC }, SIGNAL);
  const both = secretsOfCall(shared, createSealer([NEW, OLD]));
  assert.equal(both('shop', DESTINATION).hmacKeys.length, 2);
  assert.throws(() => secretsOfCall(shared, createSealer([NEW]))('shop', DESTINATION), AppError);
});

test('what cannot be opened is an error that shows nothing, never a call without', async () => {
  const shared = new HeldDocuments();
  const token = 'hunter2';
  const secrets = secretsIn(shared, OLD);
  await secrets.createKey('shop', { keyId: 'k', kind: HMAC }, SIGNAL);
  await secrets.createKey('bank', { keyId: 'k', kind: HMAC }, SIGNAL);
  await secrets.setCredentials('shop', `${DESTINATION}/`, { kind: 'bearer', token }, SIGNAL);
  await secrets.setCredentials('cafe', `${DESTINATION}/`, { kind: 'bearer', token }, SIGNAL);
  const [keys, credentials] = [`keys\nshop`, `credential\nshop\n${DESTINATION}`];
  const copied: [id: string, content: string | undefined][] = [
    [keys, shared.get('keys\nbank')],
    [credentials, shared.get(`credential\ncafe\n${DESTINATION}`)],
    [keys, 'hunter2'],
    [keys, '{"keys":[{"kind":"hunter2"}]}'],
    [credentials, '{"kind":"bearer","setMs":1,"sealed":"hunter2"}'],
  ];
  const sealer = createSealer([OLD]);
  for (const [id, content] of copied) {
    const right = shared.get(id);
    shared.put(id, content);
    const call = (): unknown => secretsOfCall(shared, sealer)('shop', DESTINATION);
    assert.throws(call, (error) => {
      assert.ok(error instanceof AppError && !error.message.includes('hunter2'));
      return !String(error.cause).includes('hunter2');
    });
    shared.put(id, right);
  }
  assert.equal(secretsOfCall(shared, sealer)('shop', DESTINATION).hmacKeys.length, 1);
  assert.throws(() => secretsOfCall(shared, undefined)('shop', DESTINATION), {
    code: 'SECRETS_DISABLED',
  });
  assert.equal(secretsOfCall(shared, undefined)('other', DESTINATION).hmacKeys.length, 0);
});
