import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '@bufbuild/protobuf';
import { refusedOnBothWires } from './both-wires.js';
import { hex } from './raw-caller.js';
import { serveScheduler, type SchedulerUnderTest } from './scheduler-under-test.js';

let served: SchedulerUnderTest;

before(async () => {
  served = await serveScheduler();
});

after(() => served.stop());

const AT = '/v1/applications/shop';
const url = 'https://receiver.test/';

/** Methods with a body: how they are called over HTTP. */
const METHODS = {
  SetApplicationPolicy: ['PUT', '/policy'],
  PauseApplication: ['POST', ':pause'],
  SetDestinationLimits: ['POST', '/destinations:setLimits'],
  EnableDestination: ['POST', '/destinations:enable'],
  SetDestinationCredentials: ['POST', '/destinations:setCredentials'],
  DeleteDestinationCredentials: ['POST', '/destinations:deleteCredentials'],
  CreateSigningKey: ['POST', '/signing-keys'],
} as const;

interface BadCall {
  readonly method: keyof typeof METHODS;
  readonly body: JsonObject;
  readonly field: string;
  readonly code?: string;
  /** Only JSON can be wrong like this. */
  readonly jsonOnly?: boolean;
}

const policy = (body: JsonObject, field: string): BadCall => ({
  ...{ method: 'SetApplicationPolicy', body: { policy: body }, field: `policy.${field}` },
});
const limits = (body: JsonObject, field: string): BadCall => ({
  ...{ method: 'SetDestinationLimits', body: { url, limits: body }, field: `limits.${field}` },
});
const credentials = (body: JsonObject, field: string): BadCall => ({
  ...{ method: 'SetDestinationCredentials', body: { url, ...body }, field },
});
const key = (body: JsonObject, field: string): BadCall => ({
  ...{ method: 'CreateSigningKey', body: { keyId: 'k', ...body }, field },
});
const tooMuch = { code: 'LIMIT_EXCEEDED' };
const json = { jsonOnly: true };
const failing = (stream: string, type: string): JsonObject => ({ failureEvent: { stream, type } });
const bytes = (count: number): string => Buffer.alloc(count, 1).toString('base64');

const BAD: Readonly<Record<string, BadCall>> = {
  'no calls a second': policy({ limits: { ratePerSecond: 0 } }, 'limits.rate_per_second'),
  'a rate that is no number': policy(
    { limits: { ratePerSecond: 'NaN' } },
    'limits.rate_per_second',
  ),
  'too many calls a second': policy(
    { limits: { ratePerSecond: 100_000.1 } },
    'limits.rate_per_second',
  ),
  'no calls at once': policy({ limits: { concurrency: 0 } }, 'limits.concurrency'),
  'too many calls at once': policy({ limits: { concurrency: 10_001 } }, 'limits.concurrency'),
  'an unknown priority': policy({ priority: 8 }, 'priority'),
  'an unknown name of a priority': { ...policy({ priority: 'URGENT' }, 'priority'), ...json },
  'a quota of nothing': policy({ pendingMax: '0' }, 'pending_max'),
  'a quota too high': policy({ pendingMax: '1000000001' }, 'pending_max'),
  'a quota over 2^53': policy({ pendingMax: '9007199254740993' }, 'pending_max'),
  'failures to no stream': policy(failing('', 't'), 'failure_event.stream'),
  'failures to a long stream': {
    ...policy(failing('s'.repeat(513), 't'), 'failure_event.stream'),
    ...tooMuch,
  },
  'failures without a type': policy(failing('s', ''), 'failure_event.type'),
  'an unknown field of a policy': { ...policy({ colour: 'red' }, 'colour'), ...json },
  'a long note': {
    ...{ method: 'PauseApplication', body: { note: 'é'.repeat(501) }, field: 'note' },
    ...tooMuch,
  },
  'a slow destination': limits({ ratePerSecond: 0.0009 }, 'rate_per_second'),
  'a destination with negative calls': limits({ concurrency: -1 }, 'concurrency'),
  'limits without a URL': { method: 'SetDestinationLimits', body: {}, field: 'url' },
  'limits for a path': { method: 'SetDestinationLimits', body: { url: '/x' }, field: 'url' },
  'limits for tasks': { method: 'SetDestinationLimits', body: { url: 'task:' }, field: 'url' },
  'nothing to enable': { method: 'EnableDestination', body: {}, field: 'url' },
  'no credentials': credentials({}, 'credentials'),
  'credentials for nothing': credentials({ url: '', bearer: { token: 't' } }, 'url'),
  'credentials for appends': credentials({ url: 'append:', bearer: { token: 't' } }, 'url'),
  'a user with a colon': credentials({ basic: { user: 'a:b' } }, 'basic.user'),
  'nobody at all': credentials({ basic: {} }, 'basic.user'),
  'a long password': {
    ...credentials({ basic: { user: 'u', password: 'p'.repeat(4_097) } }, 'basic.password'),
    ...tooMuch,
  },
  'no token': credentials({ bearer: {} }, 'bearer.token'),
  'a certificate for http': credentials(
    { url: 'http://receiver.test/', mtls: { certificate: 'x', privateKey: 'x' } },
    'url',
  ),
  'no certificate': credentials({ mtls: {} }, 'mtls.certificate'),
  'no URL to delete credentials of': {
    ...{ method: 'DeleteDestinationCredentials', body: {}, field: 'url' },
  },
  'a key without an id': key({ keyId: '' }, 'key_id'),
  'a key with a long id': { ...key({ keyId: 'k'.repeat(101) }, 'key_id'), ...tooMuch },
  'an unknown kind of key': key({ kind: 5 }, 'kind'),
  'a secret of the other kind': key({ secret: `whsk_${bytes(32)}` }, 'secret'),
  'a secret of 23 bytes': key({ secret: `whsec_${bytes(23)}` }, 'secret'),
  'a secret of 65 bytes': key({ secret: `whsec_${bytes(65)}` }, 'secret'),
  'a seed of 31 bytes': key(
    { kind: 'SIGNING_KEY_KIND_ED25519', secret: `whsk_${bytes(31)}` },
    'secret',
  ),
};

for (const [name, bad] of Object.entries(BAD)) {
  test(`${name} is refused by name, and nothing is stored`, async () => {
    const { method, body, field, code = 'INVALID_ARGUMENT', jsonOnly = false } = bad;
    const [verb, path] = METHODS[method];
    const request = jsonOnly ? undefined : { application: 'shop', ...body };
    const before = served.storage.changes;
    const refused = await refusedOnBothWires(served, method, [verb, AT + path, body], request);
    assert.deepEqual(refused, [400, code, field]);
    assert.equal(served.storage.changes, before);
  });
}

test('an application without a name is refused by every method', async () => {
  const methods = ['GetApplication', 'ResumeApplication', 'ListDestinations', 'ListSigningKeys'];
  for (const method of [...methods, 'DeleteSigningKey', ...Object.keys(METHODS)]) {
    const message = 'application must not be empty';
    assert.deepEqual(await served.grpc(method, {}), { code: 3, message }, method);
  }
});

test('lists refuse pages that are too large', async () => {
  for (const [method, path] of [
    ['ListApplications', '/v1/applications'],
    ['ListDestinations', `${AT}/destinations`],
  ] as const) {
    const request = { ...(method === 'ListDestinations' && { application: 'shop' }) };
    const refused = await refusedOnBothWires(served, method, ['GET', `${path}?page_size=1001`], {
      ...{ ...request, pageSize: 1_001 },
    });
    assert.deepEqual(refused, [400, 'LIMIT_EXCEEDED', 'page_size']);
  }
});

test('a policy or credentials that are cut are no message', async () => {
  for (const [method, cut] of [
    ['SetApplicationPolicy', '1204 0a05 0a01'],
    ['SetApplicationPolicy', '1202 2205'],
    ['SetDestinationLimits', '1a02 0905'],
    ['SetDestinationCredentials', '2202 0a05'],
  ] as const) {
    const { code, message } = await served.raw(method, hex(cut));
    assert.deepEqual([code, message], [3, 'the bytes are not a message'], cut);
  }
});
