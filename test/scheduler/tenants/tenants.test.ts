import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { AppError, DEFAULT_APPLICATION_POLICY } from '../../../src/core/index.js';
import type { ApplicationSettings } from '../../../src/scheduler/index.js';
import { TenantsWorld, type TenantServer } from './tenants-world.js';

let world: TenantsWorld;
let server: TenantServer;
beforeEach(async () => {
  world = new TenantsWorld();
  server = await world.server();
});
afterEach(() => world.end());

const FULL: ApplicationSettings = {
  priority: 'high',
  ratePerSecond: 2.5,
  concurrency: 3,
  pendingMax: 1_000,
  failureEvent: { stream: 'failures', type: 'timer-failed' },
};
const fieldIs =
  (field: string) =>
  (error: unknown): boolean =>
    error instanceof AppError &&
    ['INVALID_ARGUMENT', 'LIMIT_EXCEEDED'].includes(error.code) &&
    error.details['field'] === field;

describe('applications', () => {
  test('one without a policy has the default', async () => {
    const { policy } = await server.tenants.find('app');
    assert.deepEqual(policy, DEFAULT_APPLICATION_POLICY);
    assert.deepEqual(server.policies.application('app'), DEFAULT_APPLICATION_POLICY);
  });

  test('a policy is replaced whole, and a pause stays', async () => {
    const { tenants, policies } = server;
    const { sinceMs } = (await tenants.pause('app', 'why', world.signal)).policy.paused ?? {};
    assert.equal(sinceMs, world.nowMs);
    await tenants.set('app', FULL, world.signal);
    const paused = { sinceMs: world.nowMs, note: 'why' };
    assert.deepEqual(policies.application('app'), { ...FULL, paused });
    const { policy } = await tenants.set('app', { priority: 'low' }, world.signal);
    assert.deepEqual(policy, { priority: 'low', paused });
    await tenants.resume('app', world.signal);
    await tenants.resume('app', world.signal);
    assert.deepEqual(policies.application('app'), { priority: 'low' });
  });

  test('a pause that is repeated keeps its beginning', async () => {
    await server.tenants.pause('app', 'first', world.signal);
    const sinceMs = world.nowMs;
    await world.pass(100);
    const { policy } = await server.tenants.pause('app', 'second', world.signal);
    assert.deepEqual(policy.paused, { sinceMs, note: 'second' });
  });

  test('a policy that says nothing leaves no document', async () => {
    await server.tenants.set('app', FULL, world.signal);
    await server.tenants.set('app', { priority: 'normal' }, world.signal);
    const { documents } = await world.documents.list({
      scope: 'policies',
      prefix: '',
      after: undefined,
      limit: 10,
    });
    assert.deepEqual(documents, []);
  });

  test('are listed in pages: those that have scheduled, and those with a policy', async () => {
    const { documents, tenants } = server;
    for (const name of ['b', 'd', 'f', 'h']) {
      const key = { scope: 'applications', id: name };
      const to = { key, change: world.newUuid(), content: '{}', expiresMs: undefined };
      await documents.change({ key, from: undefined, to }, world.signal);
    }
    for (const name of ['a', 'd', 'g', 'i', 'j']) await tenants.set(name, FULL, world.signal);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await tenants.list({ after, limit: 3 });
      assert.ok(page.applications.length <= 3);
      seen.push(...page.applications.map(({ application }) => application));
      after = page.next;
    } while (after !== undefined);
    assert.equal(seen.join(''), 'abdfghij');
  });

  test('nothing is said from what is not confirmed', async () => {
    server.documents.off = true;
    await world.pass(2_600);
    await assert.rejects(server.tenants.find('app'), { code: 'NOT_READY' });
  });

  test('a policy that cannot be read lets nothing begin', async () => {
    await server.shared.change('application\napp', () => '{"priority":"urgent"}', world.signal);
    assert.ok(server.policies.application('app').paused !== undefined);
    assert.equal(server.policies.application('other').paused, undefined);
  });

  const WRONG: readonly (readonly [string, object])[] = [
    ['rate_per_second', { ratePerSecond: 0 }],
    ['rate_per_second', { ratePerSecond: 0.0009 }],
    ['rate_per_second', { ratePerSecond: 100_001 }],
    ['rate_per_second', { ratePerSecond: Number.NaN }],
    ['concurrency', { concurrency: 0 }],
    ['concurrency', { concurrency: 1.5 }],
    ['concurrency', { concurrency: 10_001 }],
    ['pending_max', { pendingMax: 0 }],
    ['pending_max', { pendingMax: 1_000_000_001 }],
    ['failure_event.stream', { failureEvent: { stream: '', type: 't' } }],
    ['failure_event.type', { failureEvent: { stream: 's', type: 'x'.repeat(201) } }],
  ];
  for (const [field, settings] of WRONG) {
    test(`refuses ${JSON.stringify(settings).slice(0, 60)}`, async () => {
      const { tenants } = server;
      await assert.rejects(
        tenants.set('app', { priority: 'normal', ...settings }, world.signal),
        fieldIs(field),
      );
      assert.equal(server.documents.changes, 0);
    });
  }

  test('refuses names and notes', async () => {
    const { tenants } = server;
    await assert.rejects(tenants.find(''), fieldIs('application'));
    await assert.rejects(tenants.set('a\nb', FULL, world.signal), fieldIs('application'));
    await assert.rejects(tenants.pause('a', 'x'.repeat(1_001), world.signal), fieldIs('note'));
    await assert.rejects(tenants.list({ after: undefined, limit: 0 }), fieldIs('limit'));
  });
});

describe('destinations', () => {
  const URL = 'https://Example.test/some/path?x=1';
  const NAME = 'https://example.test:443';

  test('are limited by any URL of them, beside a disabling, which stays', async () => {
    const { tenants, policies } = server;
    await policies.disable('app', NAME, 'event', world.signal);
    const sinceMs = world.nowMs;
    await world.pass(10);
    await policies.disable('app', NAME, 'another', world.signal);
    const limited = await tenants.limitDestination('app', URL, { concurrency: 2 }, world.signal);
    const disabled = { sinceMs, eventId: 'event' };
    assert.deepEqual(limited, { destination: NAME, policy: { concurrency: 2, disabled } });
    assert.deepEqual(policies.destination('app', NAME), limited.policy);
    assert.deepEqual(policies.destination('other', NAME), {});
    await tenants.enableDestination('app', URL, world.signal);
    await tenants.enableDestination('app', URL, world.signal);
    assert.deepEqual(policies.destination('app', NAME), { concurrency: 2 });
  });

  test('are listed with their credentials, by name, in pages', async () => {
    const { tenants, shared } = server;
    await tenants.limitDestination('app', 'append:', { ratePerSecond: 5 }, world.signal);
    await tenants.limitDestination('app', URL, { concurrency: 2 }, world.signal);
    await tenants.limitDestination('app2', 'http://x.test', { concurrency: 2 }, world.signal);
    const credentials = { kind: 'bearer', setMs: 7, sealed: 'secret' };
    for (const name of [NAME, 'http://only.test:80']) {
      await shared.change(
        `credential\napp\n${name}`,
        () => JSON.stringify(credentials),
        world.signal,
      );
    }
    const first = await tenants.listDestinations('app', { after: undefined, limit: 2 });
    const rest = await tenants.listDestinations('app', { after: first.next, limit: 2 });
    const facts = { kind: 'bearer', setMs: 7 };
    assert.deepEqual(
      [...first.destinations, ...rest.destinations],
      [
        { destination: 'append:', policy: { ratePerSecond: 5 } },
        { destination: 'http://only.test:80', policy: {}, credentials: facts },
        { destination: NAME, policy: { concurrency: 2 }, credentials: facts },
      ],
    );
    assert.equal(rest.next, undefined);
  });

  test('refuses what is no destination', async () => {
    const { tenants } = server;
    for (const url of ['', 'task:', 'ftp://x', `http://${'x'.repeat(400)}.test`]) {
      await assert.rejects(tenants.enableDestination('app', url, world.signal), fieldIs('url'));
    }
  });
});
