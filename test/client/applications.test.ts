import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  connectBy,
  OutcomeUnknownError,
  storeErrorOf,
  type ApplicationPolicy,
  type Applications,
  type Channel,
  type Credentials,
} from '../../src/client/index.js';
import {
  CreateSigningKeyRequest,
  CreateSigningKeyResponse,
  CredentialsKind,
  DeleteSigningKeyResponse,
  GetApplicationRequest,
  GetApplicationResponse,
  ListApplicationsResponse,
  ListDestinationsResponse,
  ListSigningKeysResponse,
  Priority,
  SetApplicationPolicyRequest,
  SetApplicationPolicyResponse,
  SetDestinationCredentialsRequest,
  SetDestinationCredentialsResponse,
  SetDestinationLimitsRequest,
  SetDestinationLimitsResponse,
  SigningKeyKind,
  type SigningKey as WireKey,
} from '../../src/gen/cassadra/v1/scheduler.js';
import { PassingTime, ScriptedChannel, scriptedClient } from './scripted-channel.js';
import { listOf } from './store-for-clients.js';

const LOST = new OutcomeUnknownError('UNAVAILABLE', 'the connection is gone');
const SECRET = 'whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0';
/** Of a newer server. */
const STRANGE: number = 9;
const URL = 'https://example.test/x';

const HMAC: WireKey = {
  keyId: 'k',
  kind: SigningKeyKind.SIGNING_KEY_KIND_HMAC_SHA256,
  createdMs: 5n,
  publicKey: '',
};

function refused(reason: string): Error {
  return storeErrorOf(reason, 'refused');
}

/** Applications on a channel; secrets that the client makes are SECRET. */
function on(channel: Channel): Applications {
  return connectBy(channel, { time: new PassingTime(), newSecret: () => SECRET }).applications;
}

function requestOf(channel: ScriptedChannel, index = 0): Buffer {
  return Buffer.from(channel.calls[index]?.request ?? []);
}

test('a policy that is set is the policy that is read', async () => {
  const policies: readonly ApplicationPolicy[] = [
    {
      ratePerSecond: 0.5,
      concurrency: 3,
      priority: 'high',
      pendingMax: 1_000,
      failureEvent: { stream: 's', type: 'Failed' },
    },
    {
      ratePerSecond: undefined,
      concurrency: undefined,
      priority: 'normal',
      pendingMax: undefined,
      failureEvent: undefined,
    },
  ];
  for (const policy of policies) {
    const channel = new ScriptedChannel(LOST, async (call) => {
      const sent = SetApplicationPolicyRequest.decode(Buffer.from(call.request));
      const application = { application: 'shop', policy: sent.policy, pauseNote: '' };
      return SetApplicationPolicyResponse.encode({ application }).finish();
    });
    const { client } = scriptedClient(channel);
    const answer = await client.applications.setPolicy('shop', policy);
    assert.deepEqual(answer.policy, policy);
    assert.deepEqual(requestOf(channel, 0), requestOf(channel, 1), 'the same again');
  }
});

test('applications are listed and shown, with a count when it is asked for', async () => {
  const limits = { ratePerSecond: 5 };
  const policy = { limits, priority: Priority.PRIORITY_LOW };
  const paused = { application: 'b', policy, pausedMs: 7n, pauseNote: 'why', pendingCount: 9n };
  const page = { applications: [{ application: 'a', pauseNote: '' }], nextPageToken: '' };
  const channel = new ScriptedChannel(
    ListApplicationsResponse.encode(page).finish(),
    GetApplicationResponse.encode({ application: paused }).finish(),
  );
  const applications = on(channel);
  const [first] = await listOf(applications.list());
  assert.deepEqual([first?.application, first?.paused], ['a', undefined]);
  const second = await applications.get('b', { countPending: true });
  assert.deepEqual(second.paused, { sinceMs: 7, note: 'why' });
  assert.deepEqual([second.pendingCount, second.policy.priority], [9, 'low']);
  assert.equal(GetApplicationRequest.decode(requestOf(channel, 1)).countPending, true);
});

test('destinations are listed and limited', async () => {
  const disabled = {
    destination: 'https://a.test',
    limits: { concurrency: 2 },
    disabledMs: 3n,
    disabledByEventId: 'e',
    credentials: CredentialsKind.CREDENTIALS_KIND_MTLS,
    credentialsSetMs: 4n,
  };
  const plain = { destination: 'append:', disabledByEventId: '', credentials: 0 };
  const strange = { ...plain, credentials: STRANGE, credentialsSetMs: 1n };
  const page = { destinations: [disabled, plain, strange], nextPageToken: '' };
  const channel = new ScriptedChannel(
    ListDestinationsResponse.encode(page).finish(),
    SetDestinationLimitsResponse.encode({ destination: plain }).finish(),
  );
  const applications = on(channel);
  const [first, second, third] = await listOf(applications.destinations('shop'));
  assert.deepEqual(first, {
    destination: 'https://a.test',
    limits: { ratePerSecond: undefined, concurrency: 2 },
    disabled: { sinceMs: 3, eventId: 'e' },
    credentials: { kind: 'mtls', setMs: 4 },
  });
  assert.deepEqual([second?.disabled, second?.credentials], [undefined, undefined]);
  assert.deepEqual(third?.credentials, { kind: 'unknown', setMs: 1 });
  await applications.setDestinationLimits('shop', URL, { ratePerSecond: 5, concurrency: 1 });
  const sent = SetDestinationLimitsRequest.decode(requestOf(channel, 1));
  assert.deepEqual([sent.url, sent.limits], [URL, { ratePerSecond: 5, concurrency: 1 }]);
});

test('credentials of each kind go over whole', async () => {
  const given: readonly Credentials[] = [
    { kind: 'basic', user: 'ann', password: 'p:w' },
    { kind: 'bearer', token: 't' },
    { kind: 'mtls', certificate: 'c', privateKey: 'k', ca: 'a' },
  ];
  for (const credentials of given) {
    const channel = new ScriptedChannel(SetDestinationCredentialsResponse.encode({}).finish());
    await on(channel).setCredentials('shop', URL, credentials);
    const sent = SetDestinationCredentialsRequest.decode(requestOf(channel)).credentials;
    assert.deepEqual({ kind: sent?.$case, ...sent?.value }, credentials);
  }
});

test('a key whose answer is lost is created with the same secret', async () => {
  const answer = CreateSigningKeyResponse.encode({ key: HMAC, secret: '' }).finish();
  const channel = new ScriptedChannel(LOST, answer);
  const created = await on(channel).createSigningKey('shop', { keyId: 'k' });
  assert.equal(created.secret, SECRET);
  assert.deepEqual(created.key, {
    ...{ keyId: 'k', kind: 'hmac-sha256', createdMs: 5, publicKey: undefined },
  });
  assert.equal(CreateSigningKeyRequest.decode(requestOf(channel)).secret, SECRET);
  assert.deepEqual(requestOf(channel, 0), requestOf(channel, 1));
  const own = connectBy(new ScriptedChannel(answer)).applications;
  const { secret = '' } = await own.createSigningKey('shop', { keyId: 'k' });
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
});

test('a key of the id with another secret is told as such; an ed25519 key is in doubt', async () => {
  const taken = on(new ScriptedChannel(LOST, refused('KEY_EXISTS')));
  await assert.rejects(taken.createSigningKey('shop', { keyId: 'k' }), { reason: 'KEY_EXISTS' });
  const doubtful = on(new ScriptedChannel(LOST, refused('KEY_EXISTS')));
  const creating = doubtful.createSigningKey('shop', { keyId: 'k', kind: 'ed25519' });
  await assert.rejects(creating, OutcomeUnknownError);
});

test('an ed25519 key is made by the server, which shows its public key', async () => {
  const kind = SigningKeyKind.SIGNING_KEY_KIND_ED25519;
  const key = { ...HMAC, kind, publicKey: 'whpk_x' };
  const channel = new ScriptedChannel(
    CreateSigningKeyResponse.encode({ key, secret: '' }).finish(),
    ListSigningKeysResponse.encode({ keys: [key, { ...key, kind: STRANGE }] }).finish(),
  );
  const applications = on(channel);
  const created = await applications.createSigningKey('shop', { keyId: 'k', kind: 'ed25519' });
  assert.deepEqual([created.key.publicKey, created.secret], ['whpk_x', undefined]);
  assert.equal(CreateSigningKeyRequest.decode(requestOf(channel)).secret, '');
  const kinds = (await applications.signingKeys('shop')).map((one) => one.kind);
  assert.deepEqual(kinds, ['ed25519', 'unknown']);
});

test('what is removed is removed once', async () => {
  await on(new ScriptedChannel(LOST, refused('NOT_FOUND'))).deleteSigningKey('shop', 'k');
  await on(new ScriptedChannel(LOST, refused('NOT_FOUND'))).deleteCredentials('shop', URL);
  const answer = DeleteSigningKeyResponse.encode({}).finish();
  await on(new ScriptedChannel(answer)).deleteSigningKey('shop', 'k');
  const absent = on(new ScriptedChannel(refused('NOT_FOUND')));
  await assert.rejects(absent.deleteCredentials('shop', URL), { reason: 'NOT_FOUND' });
});

test('what makes no sense is refused before it is sent', async () => {
  const applications = on(new ScriptedChannel());
  const wrong: readonly (readonly [ApplicationPolicy, RegExp])[] = [
    [{ ratePerSecond: Number.NaN }, /^ratePerSecond is not a number/],
    [{ concurrency: 0 }, /^concurrency is not a whole number from 1/],
    [{ pendingMax: 1.5 }, /^pendingMax is not a whole number/],
  ];
  for (const [policy, message] of wrong) {
    await assert.rejects(applications.setPolicy('shop', policy), { message });
  }
  const key = { keyId: 'k', secret: '' };
  await assert.rejects(applications.createSigningKey('shop', key), /secret is empty/);
});

test('no secret is in an error, or in what is printed of a result', async () => {
  const broken = `${SECRET}\ud800`;
  const given: readonly Credentials[] = [
    { kind: 'basic', user: 'ann', password: broken },
    { kind: 'bearer', token: broken },
    { kind: 'mtls', certificate: 'c', privateKey: broken },
    { kind: 'bearer', token: SECRET },
  ];
  for (const credentials of given) {
    const applications = on(new ScriptedChannel(LOST, refused('INVALID_ARGUMENT')));
    await assert.rejects(applications.setCredentials('shop', URL, credentials), unseen);
  }
  for (const secret of [broken, SECRET]) {
    const applications = on(new ScriptedChannel(LOST, refused('KEY_EXISTS')));
    await assert.rejects(applications.createSigningKey('shop', { keyId: 'k', secret }), unseen);
  }
  const answer = CreateSigningKeyResponse.encode({ key: HMAC, secret: '' }).finish();
  const created = await on(new ScriptedChannel(answer)).createSigningKey('shop', { keyId: 'k' });
  assert.equal(created.secret, SECRET);
  assert.ok(unseen(created));
});

function unseen(value: unknown): true {
  const printed = `${inspect(value, { depth: 9, showHidden: true })}${JSON.stringify(value)}`;
  assert.ok(!printed.includes(SECRET), printed);
  return true;
}
