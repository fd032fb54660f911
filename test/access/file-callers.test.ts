import assert from 'node:assert/strict';
import { rename, symlink, unlink, writeFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import {
  ANYBODY,
  newToken,
  openAuthenticator,
  tokenHash,
  type Credentials,
} from '../../src/access/index.js';
import { AppError } from '../../src/core/index.js';
import { SettingsError, silentLogger, systemClock, systemTimers } from '../../src/runtime/index.js';
import {
  bearer,
  nameOrReason,
  openForTest,
  temporaryFile,
  type AuthenticatorUnderTest,
} from './authenticator-under-test.js';

const [ORDERS, OTHER] = [newToken(), newToken()];
const HOUR_MS = 3_600_000;
const AT = { clock: systemClock, timers: systemTimers, logger: silentLogger };

const fileOf = (...callers: readonly object[]): string => JSON.stringify({ callers });
const orders = { name: 'orders', token_sha256: [tokenHash(ORDERS)], roles: ['read'] };
const other = { name: 'other', token_sha256: [tokenHash(OTHER)], roles: ['append'] };

const shown = (commonName: string, ...alternativeNames: readonly string[]) => ({
  certificate: { commonName, alternativeNames },
});
const credentialsOf = (token: string): Credentials => ({
  ...bearer(token),
  certificate: undefined,
});

describe('callers of a file', () => {
  test('a token of 256 bits, told by its beginning', () => {
    assert.match(ORDERS, /^cst_[\w-]{43}$/);
    assert.notEqual(ORDERS, OTHER);
  });

  test('tokens: right, wrong, none, malformed', async (t) => {
    const file = await temporaryFile(t, fileOf(orders, other));
    const { authenticator } = await openForTest(t, { file, jwt: undefined });
    const ask = (authorization?: string): Promise<string> =>
      nameOrReason(authenticator, { authorization });
    assert.equal(await ask(`Bearer ${ORDERS}`), 'orders');
    assert.equal(await ask(`bearer   ${OTHER}`), 'other');
    assert.equal(await ask(), 'the call brings no token');
    assert.equal(await ask(`Bearer ${newToken()}`), 'the token is not known');
    assert.equal(await ask(`Bearer ${tokenHash(ORDERS)}`), 'the token is not known');
    assert.equal(await ask(`Bearer ${ORDERS} `), 'authorization is no bearer token');
    for (const text of ['', 'Bearer', 'Bearer ', ORDERS, `Basic ${ORDERS}`, 'Bearer ä']) {
      assert.equal(await ask(text), 'authorization is no bearer token', text);
    }
    assert.match(await ask(`Bearer ${'x'.repeat(9_000)}`), /no bearer token/);
  });

  test('a certificate is a caller where the file names it', async (t) => {
    const callers = [
      { name: 'by-uri', certificate: 'URI:spiffe://house/a', roles: ['read'] },
      { name: 'by-name', certificate: 'CN:worker', roles: ['read'] },
    ];
    const file = await temporaryFile(t, fileOf(orders, ...callers));
    const { authenticator } = await openForTest(t, { file, jwt: undefined });
    const ask = (credentials: Partial<Credentials>): Promise<string> =>
      nameOrReason(authenticator, credentials);
    assert.equal(await ask(shown('', 'DNS:x', 'URI:spiffe://house/a')), 'by-uri');
    assert.equal(await ask(shown('worker')), 'by-name');
    // a name is what the authority has proven, not what it looks like
    const strange = 'the client certificate is not known';
    assert.equal(await ask(shown('URI:spiffe://house/a')), strange);
    assert.equal(await ask(shown('', 'DNS:worker')), strange);
    assert.equal(await ask({ ...shown('worker'), ...bearer(ORDERS) }), 'orders');
    // who sends a token is asked for that
    const wrong = { ...shown('worker'), ...bearer(newToken()) };
    assert.equal(await ask(wrong), 'the token is not known');
  });

  test('a caller expires by the clock', async (t) => {
    const expires = new Date(1_700_000_000_000 + HOUR_MS).toISOString();
    const file = await temporaryFile(t, fileOf({ ...orders, expires }));
    const { authenticator, time } = await openForTest(t, { file, jwt: undefined });
    time.jumpWallTo(1_700_000_000_000 + HOUR_MS - 1);
    assert.equal(await nameOrReason(authenticator, bearer(ORDERS)), 'orders');
    time.jumpWallTo(1_700_000_000_000 + HOUR_MS);
    assert.equal(await nameOrReason(authenticator, bearer(ORDERS)), 'the caller has expired');
  });

  test('rights are those of the entry', async (t) => {
    const rights = { stream_prefixes: ['order-'], applications: [] };
    const file = await temporaryFile(t, fileOf({ ...orders, ...rights }, other));
    const { authenticator } = await openForTest(t, { file, jwt: undefined });
    const caller = await authenticator.authenticate(credentialsOf(ORDERS));
    const wanted = { name: 'orders', roles: new Set(['read']), streamPrefixes: ['order-'] };
    assert.deepEqual(caller, { ...wanted, applications: [] });
    const free = await authenticator.authenticate(credentialsOf(OTHER));
    assert.deepEqual([free.streamPrefixes, free.applications], [undefined, undefined]);
  });

  test('a file that is missing or wrong at the start ends it', async (t) => {
    const open = (file: string): Promise<void> | void =>
      openAuthenticator({ file, jwt: undefined }, AT)?.start();
    await assert.rejects(
      async () => open('/nowhere/a.json'),
      (error) => {
        assert.ok(error instanceof SettingsError);
        assert.equal(error.message, '/nowhere/a.json: it cannot be read (ENOENT)');
        return true;
      },
    );
    const wrong = await temporaryFile(t, fileOf({ name: 'orders' }));
    await assert.rejects(async () => open(wrong), /file\.json: callers\[0\] \(orders\)/);
    assert.equal(openAuthenticator({ file: undefined, jwt: undefined }, AT), undefined);
  });
});

describe('a file that changes while the server runs', () => {
  const knows = async ({ authenticator }: AuthenticatorUnderTest, token: string) =>
    ['orders', 'other'].includes(await nameOrReason(authenticator, bearer(token)));

  test('is read again, also when it is swapped behind a link', async (t) => {
    const file = await temporaryFile(t, fileOf(orders));
    const served = await openForTest(t, { file, jwt: undefined });
    await writeFile(file, fileOf(other));
    await served.until(() => knows(served, OTHER));
    assert.equal(await knows(served, ORDERS), false);

    // as Kubernetes does it
    const next = await temporaryFile(t, fileOf(orders));
    await unlink(file);
    await symlink(next, `${file}.link`);
    await rename(`${file}.link`, file);
    await served.until(() => knows(served, ORDERS));
  });

  test('and is wrong: what it held stays, which is said once', async (t) => {
    const file = await temporaryFile(t, fileOf(orders));
    const served = await openForTest(t, { file, jwt: undefined });
    await writeFile(file, '{"callers":[');
    await served.until(() => served.errors.length > 0);
    const saidAtMs = served.time.monotonicMs();
    await served.until(() => served.time.monotonicMs() > saidAtMs + 30_000);
    assert.equal(served.errors.length, 1);
    assert.deepEqual(served.errors[0]?.[1], { file, problem: 'it is not JSON' });
    assert.equal(await knows(served, ORDERS), true);
    await unlink(file);
    await served.until(() => served.errors.length > 1);
    assert.equal(await knows(served, ORDERS), true);
    await writeFile(file, fileOf(other));
    await served.until(() => knows(served, OTHER));
  });

  test('ends open calls whose caller is gone, has expired or has other rights', async (t) => {
    const expires = new Date(1_700_000_000_000 + HOUR_MS).toISOString();
    const file = await temporaryFile(t, fileOf(orders, { ...other, expires }));
    const served = await openForTest(t, { file, jwt: undefined });
    const { authenticator, time } = served;
    const over = new AbortController();
    const watch = async (token: string): Promise<AbortSignal> => {
      const credentials = credentialsOf(token);
      const caller = await authenticator.authenticate(credentials);
      return authenticator.watch(credentials, caller, over.signal);
    };
    const [first, second, changed] = [await watch(ORDERS), await watch(OTHER), await watch(ORDERS)];
    const forgotten = authenticator.watch(credentialsOf('x'), ANYBODY, AbortSignal.abort());
    const codeOf = ({ reason }: AbortSignal): unknown => reason instanceof AppError && reason.code;

    time.jumpWallTo(1_700_000_000_000 + HOUR_MS);
    await served.until(() => second.aborted);
    assert.deepEqual([codeOf(second), first.aborted], ['UNAUTHENTICATED', false]);
    await writeFile(file, fileOf({ ...orders, roles: ['read', 'append'] }));
    await served.until(() => changed.aborted);
    assert.equal(codeOf(changed), 'NOT_READY');
    const again = await watch(ORDERS);
    await writeFile(file, fileOf());
    await served.until(() => again.aborted);
    assert.equal(codeOf(again), 'UNAUTHENTICATED');
    assert.equal(forgotten.aborted, false);
  });
});
