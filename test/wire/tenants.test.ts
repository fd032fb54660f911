import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '@bufbuild/protobuf';
import {
  assertMatches,
  nextPage,
  onBothWires,
  refusedOnBothWires,
  type HttpRequest,
} from './both-wires.js';
import { NOW_MS, serveScheduler, type SchedulerUnderTest } from './scheduler-under-test.js';

let served: SchedulerUnderTest;

before(async () => {
  served = await serveScheduler();
});

after(() => served.stop());

const AT = '/v1/applications/shop';
const SHOP = { application: 'shop' };
const shop = (method: string, http: HttpRequest, request: JsonObject = {}): Promise<JsonObject> =>
  onBothWires(served, method, http, { ...SHOP, ...request });

const DEFAULT = { limits: {}, priority: 'PRIORITY_NORMAL' };

test('an application that nobody knows has the defaults', async () => {
  assert.deepEqual(await shop('GetApplication', ['GET', AT]), {
    application: { ...SHOP, policy: DEFAULT, pauseNote: '' },
  });
});

test('a policy is replaced whole; a pause stays until it is ended', async () => {
  const policy = {
    limits: { ratePerSecond: 0.25, concurrency: 7 },
    ...{ priority: 'PRIORITY_LOW', pendingMax: '2' },
    failureEvent: { stream: 'failures', type: 'Failed' },
  };
  const set: HttpRequest = ['PUT', `${AT}/policy`, { policy }];
  const whole = await shop('SetApplicationPolicy', set, { policy });
  assert.deepEqual(whole.application, { ...SHOP, policy, pauseNote: '' });
  const pause: HttpRequest = ['POST', `${AT}:pause`, { note: 'moving' }];
  const paused = await shop('PauseApplication', pause, { note: 'moving' });
  const shown = { ...SHOP, policy, pausedMs: String(NOW_MS), pauseNote: 'moving' };
  assert.deepEqual(paused.application, shown);
  assert.deepEqual((await shop('GetApplication', ['GET', AT])).application, shown);
  const part = { policy: { pendingMax: '2' } };
  const less = await shop('SetApplicationPolicy', ['PUT', `${AT}/policy`, part], part);
  assert.deepEqual(less.application, { ...shown, policy: { ...DEFAULT, pendingMax: '2' } });
  const resumed = await shop('ResumeApplication', ['POST', `${AT}:resume`]);
  assert.deepEqual(resumed.application, {
    ...{ ...SHOP, policy: { ...DEFAULT, pendingMax: '2' }, pauseNote: '' },
  });
});

const event = (eventId: string): JsonObject => ({
  ...{ ...SHOP, eventId, dueMs: String(NOW_MS), http: { url: 'http://receiver.test/' } },
});

test('a quota that is reached is told, and what is pending is counted', async () => {
  for (const eventId of ['a', 'b']) {
    assert.ok('timedEvent' in ((await served.grpc('Schedule', event(eventId))) as JsonObject));
  }
  const request = event('c');
  const http: HttpRequest = ['POST', '/v1/timed-events', request];
  const [status, code] = await refusedOnBothWires(served, 'Schedule', http, request);
  assert.deepEqual([status, code], [429, 'QUOTA_REACHED']);
  const count: HttpRequest = ['GET', `${AT}?count_pending=true`];
  const { application } = await shop('GetApplication', count, { countPending: true });
  assert.equal((application as JsonObject).pendingCount, '2');
});

test('applications are those that scheduled something or have a policy, by name', async () => {
  await served.grpc('Schedule', { ...event('x'), application: 'other' });
  const seen: unknown[] = [];
  for (let pageToken = ''; ; ) {
    const http: HttpRequest = [
      ...(['GET', `/v1/applications?page_size=1&page_token=${pageToken}`] as const),
    ];
    const request = { pageSize: 1, pageToken };
    const page = await onBothWires(served, 'ListApplications', http, request);
    assert.ok(Array.isArray(page.applications));
    seen.push(...page.applications.map((one) => (one as JsonObject).application));
    if (page.nextPageToken === '') break;
    pageToken = nextPage(page);
  }
  assert.deepEqual(seen, ['other', 'shop']);
});

test('destinations have limits and credentials, of which the kind is shown', async () => {
  const limits = { ratePerSecond: 10, concurrency: 1 };
  const body = { url: 'https://receiver.test/a?b', limits };
  const path = `${AT}/destinations`;
  const { destination } = await shop(
    'SetDestinationLimits',
    ['POST', `${path}:setLimits`, body],
    body,
  );
  const shown = {
    ...{ destination: 'https://receiver.test:443', limits, disabledByEventId: '' },
    credentials: 'CREDENTIALS_KIND_UNSPECIFIED',
  };
  assert.deepEqual(destination, shown);
  const credentials = { url: 'https://receiver.test/other', bearer: { token: 'geheim' } };
  const set: HttpRequest = ['POST', `${path}:setCredentials`, credentials];
  assert.deepEqual(await shop('SetDestinationCredentials', set, credentials), {});
  const list = await shop('ListDestinations', ['GET', path]);
  const kind = { credentials: 'CREDENTIALS_KIND_BEARER', credentialsSetMs: String(NOW_MS) };
  assert.deepEqual(list, { destinations: [{ ...shown, ...kind }], nextPageToken: '' });
  const remove = { url: 'https://receiver.test/' };
  await served.grpc('DeleteDestinationCredentials', { ...SHOP, ...remove });
  const http: HttpRequest = ['POST', `${path}:deleteCredentials`, remove];
  const gone = await refusedOnBothWires(served, 'DeleteDestinationCredentials', http, {
    ...{ ...SHOP, ...remove },
  });
  assert.deepEqual(gone, [404, 'NOT_FOUND', undefined]);
});

test('keys are made or brought, listed without their secrets, and deleted', async () => {
  const path = `${AT}/signing-keys`;
  const made = (await served.grpc('CreateSigningKey', { ...SHOP, keyId: 'made' })) as JsonObject;
  assertMatches(made.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  const seed = Buffer.alloc(32, 3).toString('base64');
  const brought = { keyId: 'own', kind: 'SIGNING_KEY_KIND_ED25519', secret: `whsk_${seed}` };
  const created = await shop('CreateSigningKey', ['POST', path, brought], brought);
  const own = created.key as JsonObject;
  assert.deepEqual([own.kind, created.secret], ['SIGNING_KEY_KIND_ED25519', '']);
  assertMatches(own.publicKey, /^whpk_[A-Za-z0-9+/]{43}=$/);
  const { keys } = await shop('ListSigningKeys', ['GET', path]);
  assert.deepEqual(keys, [made.key, own]);
  const again = { keyId: 'made' };
  const http: HttpRequest = ['POST', path, again];
  const exists = await refusedOnBothWires(served, 'CreateSigningKey', http, { ...SHOP, ...again });
  assert.deepEqual(exists, [409, 'KEY_EXISTS', undefined]);
  assert.deepEqual(await served.grpc('DeleteSigningKey', { ...SHOP, ...again }), {});
  const remove: HttpRequest = ['DELETE', `${path}/made`];
  const gone = await refusedOnBothWires(served, 'DeleteSigningKey', remove, { ...SHOP, ...again });
  assert.deepEqual(gone, [404, 'NOT_FOUND', undefined]);
});

test('enabling what was not disabled is fine', async () => {
  const body = { url: 'http://receiver.test/' };
  const http: HttpRequest = ['POST', `${AT}/destinations:enable`, body];
  const { destination } = await shop('EnableDestination', http, body);
  assert.equal((destination as JsonObject).destination, 'http://receiver.test:80');
});
