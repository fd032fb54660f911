import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { JsonObject } from '@bufbuild/protobuf';
import { nextPage, onBothWires, type HttpRequest } from './both-wires.js';
import type { RecordedCall } from './recorded-schedules.js';
import { recordedSecrets, recordedTenants } from './recorded-tenants.js';
import { NOW_MS, serveScheduler, type SchedulerUnderTest } from './scheduler-under-test.js';

const calls: RecordedCall[] = [];
let served: SchedulerUnderTest;

before(async () => {
  const instead = { tenants: recordedTenants(calls), secrets: recordedSecrets(calls) };
  served = await serveScheduler({ instead });
});

beforeEach(() => calls.splice(0));

after(() => served.stop());

const AT = '/v1/applications/shop';

const POLICY = {
  limits: { ratePerSecond: 0.5, concurrency: 3 },
  ...{ priority: 'PRIORITY_HIGH', pendingMax: '1000000000' },
  failureEvent: { stream: 'failures', type: 'Failed' },
};
const SETTINGS = {
  ...{ ratePerSecond: 0.5, concurrency: 3, priority: 'high', pendingMax: 1_000_000_000 },
  failureEvent: { stream: 'failures', type: 'Failed' },
};
const SHOWN = {
  ...{ application: 'shop', policy: POLICY, pausedMs: String(NOW_MS), pauseNote: 'moving house' },
};
const APPLICATION = { application: SHOWN };

const SHOWN_DESTINATION = {
  destination: 'http://receiver.test:80',
  limits: { ratePerSecond: 1.5, concurrency: 10_000 },
  ...{ disabledMs: String(NOW_MS), disabledByEventId: 'e' },
  ...{ credentials: 'CREDENTIALS_KIND_BASIC', credentialsSetMs: String(NOW_MS + 1) },
};
const OTHER = { limits: {}, disabledByEventId: '' };
const DESTINATION = { destination: SHOWN_DESTINATION };
const URL = 'http://receiver.test/any/path';
const page = (limit: number): JsonObject => ({ limit });

const KEYS = [
  {
    ...{ keyId: 'new', kind: 'SIGNING_KEY_KIND_ED25519', createdMs: String(NOW_MS) },
    publicKey: 'whpk_AAAA',
  },
  { keyId: 'old', kind: 'SIGNING_KEY_KIND_HMAC_SHA256', createdMs: '1', publicKey: '' },
];

/** A call: method, over HTTP, what its request has besides the application, and what follows. */
interface Case {
  readonly method: string;
  readonly http: HttpRequest;
  readonly request?: JsonObject;
  /** What the use case is asked. */
  readonly asks: readonly RecordedCall[];
  readonly answer: JsonObject;
}

const post = (path: string, body?: JsonObject): HttpRequest =>
  body === undefined ? ['POST', AT + path] : ['POST', AT + path, body];

/** A request that has its fields in the body over HTTP. */
const inBody = (
  [method, path]: readonly [string, string],
  request: JsonObject,
  ask: RecordedCall,
  answer: JsonObject,
): Case => ({ method, http: post(path, request), request, asks: [ask], answer });

const APPLICATIONS: readonly Case[] = [
  {
    ...{ method: 'GetApplication', http: ['GET', AT], answer: APPLICATION },
    asks: [['find', 'shop']],
  },
  {
    ...{ method: 'GetApplication', http: ['GET', `${AT}?count_pending=true`] },
    request: { countPending: true },
    asks: [
      ['find', 'shop'],
      ['countPending', 'shop'],
    ],
    answer: { application: { ...SHOWN, pendingCount: '7000000000' } },
  },
  {
    ...{ method: 'SetApplicationPolicy', http: ['PUT', `${AT}/policy`, { policy: POLICY }] },
    ...{ request: { policy: POLICY }, asks: [['set', 'shop', SETTINGS]], answer: APPLICATION },
  },
  {
    ...{ method: 'SetApplicationPolicy', http: ['PUT', `${AT}/policy`, {}], answer: APPLICATION },
    asks: [['set', 'shop', { priority: 'normal' }]],
  },
  {
    method: 'SetApplicationPolicy',
    http: ['PUT', `${AT}/policy`, { policy: { priority: 1, limits: {} } }],
    request: { policy: { priority: 'PRIORITY_LOW', limits: {} } },
    ...{ asks: [['set', 'shop', { priority: 'low' }]], answer: APPLICATION },
  },
  inBody(['PauseApplication', ':pause'], { note: 'n' }, ['pause', 'shop', 'n'], APPLICATION),
  inBody(['ResumeApplication', ':resume'], {}, ['resume', 'shop'], APPLICATION),
];

const LIMITS = { ratePerSecond: 2.5, concurrency: 4 };

const DESTINATIONS: readonly Case[] = [
  {
    ...{ method: 'ListDestinations', http: ['GET', `${AT}/destinations?page_size=9`] },
    request: { pageSize: 9 },
    asks: [['listDestinations', 'shop', { after: undefined, ...page(9) }]],
    answer: {
      destinations: [
        SHOWN_DESTINATION,
        {
          ...{ destination: 'append:', ...OTHER, credentials: 'CREDENTIALS_KIND_BEARER' },
          credentialsSetMs: '1',
        },
        {
          ...{ destination: 'https://b.test:443', ...OTHER, credentials: 'CREDENTIALS_KIND_MTLS' },
          credentialsSetMs: '1',
        },
        {
          ...{ destination: 'https://c.test:443', ...OTHER },
          credentials: 'CREDENTIALS_KIND_UNSPECIFIED',
        },
      ],
      nextPageToken: '',
    },
  },
  inBody(
    ['SetDestinationLimits', '/destinations:setLimits'],
    ...([{ url: URL, limits: LIMITS }, ['limitDestination', 'shop', URL, LIMITS]] as const),
    DESTINATION,
  ),
  inBody(
    ['SetDestinationLimits', '/destinations:setLimits'],
    ...([{ url: 'append:' }, ['limitDestination', 'shop', 'append:', {}]] as const),
    DESTINATION,
  ),
  inBody(
    ['EnableDestination', '/destinations:enable'],
    ...([{ url: URL }, ['enableDestination', 'shop', URL]] as const),
    DESTINATION,
  ),
];

const setCredentials = (wire: JsonObject, credentials: JsonObject): Case =>
  inBody(
    ['SetDestinationCredentials', '/destinations:setCredentials'],
    ...([{ url: URL, ...wire }, ['setCredentials', 'shop', URL, credentials]] as const),
    {},
  );

const MTLS = { certificate: 'c', privateKey: 'p' };

const SECRETS: readonly Case[] = [
  setCredentials(
    { basic: { user: 'u', password: 'p' } },
    { kind: 'basic', user: 'u', password: 'p' },
  ),
  setCredentials({ bearer: { token: 't' } }, { kind: 'bearer', token: 't' }),
  setCredentials({ mtls: { ...MTLS, ca: 'a' } }, { kind: 'mtls', ...MTLS, ca: 'a' }),
  inBody(
    ['DeleteDestinationCredentials', '/destinations:deleteCredentials'],
    ...([{ url: URL }, ['removeCredentials', 'shop', URL]] as const),
    {},
  ),
  inBody(
    ['CreateSigningKey', '/signing-keys'],
    { keyId: 'new', kind: 'SIGNING_KEY_KIND_ED25519', secret: 'whsk_s' },
    ['createKey', 'shop', { keyId: 'new', kind: 'ed25519', secret: 'whsk_s' }],
    { key: KEYS[0] ?? {}, secret: 'whsec_made' },
  ),
  inBody(
    ['CreateSigningKey', '/signing-keys'],
    { keyId: 'new' },
    ['createKey', 'shop', { keyId: 'new', kind: 'hmac-sha256' }],
    { key: KEYS[0] ?? {}, secret: 'whsec_made' },
  ),
  {
    ...{ method: 'ListSigningKeys', http: ['GET', `${AT}/signing-keys`] },
    ...{ asks: [['listKeys', 'shop']], answer: { keys: KEYS } },
  },
  {
    ...{ method: 'DeleteSigningKey', http: ['DELETE', `${AT}/signing-keys/a%2Fb`] },
    ...{ request: { keyId: 'a/b' }, asks: [['removeKey', 'shop', 'a/b']], answer: {} },
  },
];

for (const one of [...APPLICATIONS, ...DESTINATIONS, ...SECRETS]) {
  const { method, http, request = {}, asks, answer } = one;
  test(`${method} ${JSON.stringify(request)} has all its fields on both wires`, async () => {
    const whole = { application: 'shop', ...request };
    assert.deepEqual(await onBothWires(served, method, http, whole), answer);
    assert.deepEqual(calls, [...asks, ...asks]);
  });
}

test('mTLS without authorities of its own has none', async () => {
  const body = { url: URL, mtls: MTLS };
  const path = `${AT}/destinations:setCredentials`;
  const request = { application: 'shop', ...body };
  await onBothWires(served, 'SetDestinationCredentials', ['POST', path, body], request);
  const wanted = { kind: 'mtls', ...MTLS, ca: undefined };
  assert.deepEqual(calls[0], ['setCredentials', 'shop', URL, wanted]);
});

test('applications are listed page by page', async () => {
  const path = '/v1/applications';
  const first = await onBothWires(served, 'ListApplications', ['GET', path], {});
  assert.deepEqual(first.applications, [SHOWN]);
  const token = nextPage(first);
  calls.splice(0);
  await onBothWires(
    served,
    'ListApplications',
    ['GET', `${path}?page_size=2&page_token=${token}`],
    { pageSize: 2, pageToken: token },
  );
  assert.deepEqual(calls[0], ['list', { after: 'a.b', limit: 2 }]);
  const other = { application: 'shop', pageToken: token };
  assert.equal(((await served.grpc('ListDestinations', other)) as JsonObject).code, 3);
});
