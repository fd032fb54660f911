import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, describe, test, type TestContext } from 'node:test';
import { newToken, openAuthenticator, tokenHash } from '../../src/access/index.js';
import { StoreError, type Cassadra } from '../../src/client/index.js';
import { systemTimers, timersBy } from '../../src/runtime/index.js';
import { clientFor, listOf } from '../client/store-for-clients.js';
import { call, type HttpCall } from '../http/http-caller.js';
import { HttpStream } from '../http/http-stream.js';
import { temporaryFile } from './authenticator-under-test.js';
import {
  AUDIENCE,
  claimsAt,
  ISSUER,
  issuerKey,
  keySetText,
  signed,
  unsigned,
} from './made-tokens.js';
import { secured, type SecuredStore } from './secured-store.js';

const TOKENS = {
  reader: newToken(),
  writer: newToken(),
  planner: newToken(),
  admin: newToken(),
  expired: newToken(),
};
const WRONG = newToken();
const NAMED = 'order-1';
const ID = 'fade87a1-9df9-46bb-aae6-63b2b763094d';

type Name = keyof typeof TOKENS;

const entry = (name: Name, rights: object): object => ({
  name,
  token_sha256: [tokenHash(TOKENS[name])],
  ...rights,
});
const ENTRIES = [
  entry('reader', { roles: ['read'], stream_prefixes: ['order-', ID] }),
  entry('writer', { roles: ['append', 'read'], stream_prefixes: ['order-', ID] }),
  entry('planner', { roles: ['schedule'], applications: ['shop'] }),
  entry('admin', { roles: ['admin'] }),
  entry('expired', { roles: ['read'], expires: '2020-01-01T00:00:00Z' }),
];
const fileText = (entries: readonly object[]): string => JSON.stringify({ callers: entries });

/** Files are looked at 30 times as often. */
const HASTY = timersBy((ms, run) => systemTimers.after(ms / 30, run));

async function serveWith(file: string, keyFile?: string): Promise<SecuredStore> {
  const rules = { issuer: ISSUER, audience: AUDIENCE, algorithms: ['ES256'] };
  const jwt = keyFile && ({ ...rules, keys: { kind: 'file', path: keyFile } } as const);
  let stopAccess = (): unknown => undefined;
  const store = await secured(async (components) => {
    const settings = { file, jwt: jwt === '' ? undefined : jwt };
    const authenticator = openAuthenticator(settings, { ...components, timers: HASTY });
    assert.ok(authenticator !== undefined);
    await authenticator.start();
    stopAccess = () => authenticator.stop();
    return authenticator;
  });
  const stop = async (): Promise<void> => {
    await store.stop();
    stopAccess();
  };
  return { ...store, stop };
}

const bearer = (token: string): HttpCall => ({ headers: { authorization: `Bearer ${token}` } });

function client(t: TestContext, { address }: SecuredStore, token?: string): Cassadra {
  const sent = token === undefined ? {} : { token, allowInsecureToken: true };
  return clientFor(t, address, { ...sent, retry: false, timeoutMs: 20_000 });
}

async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'OK';
  } catch (error) {
    assert.ok(error instanceof StoreError);
    return error.reason;
  }
}

describe('the token matrix', () => {
  let store: SecuredStore;
  let jwt: string;
  let clean = (): Promise<void> => Promise.resolve();
  const key = issuerKey('ES256', 'k');

  before(async () => {
    const ends: (() => unknown)[] = [];
    const files = { after: (end: () => unknown) => ends.push(end) };
    const file = await temporaryFile(files, fileText(ENTRIES));
    store = await serveWith(file, await temporaryFile(files, keySetText(await key)));
    jwt = await signed(await key, claimsAt(Date.now(), { cassadra_stream_prefixes: ['order-'] }));
    clean = async () => {
      await store.stop();
      for (const end of ends) await end();
    };
  });
  after(() => clean());

  test('over gRPC, by the client library', async (t) => {
    const read = (token?: string, stream = NAMED): Promise<string> =>
      reasonOf(listOf(client(t, store, token).read(stream)));
    const append = (token: string, stream = NAMED): Promise<string> =>
      reasonOf(client(t, store, token).append(stream, [{ type: 'A', data: {} }]));
    const expired = claimsAt(Date.now() - 7_200_000);
    const none = unsigned({ alg: 'none' }, claimsAt(Date.now()));
    const nobody = claimsAt(Date.now(), { cassadra_roles: undefined });
    assert.equal(await append(TOKENS.writer), 'OK');
    for (const [what, asked, wanted] of [
      ['right', read(TOKENS.reader), 'OK'],
      ['right, by JWT', read(jwt), 'OK'],
      ['none', read(), 'UNAUTHENTICATED'],
      ['wrong', read(WRONG), 'UNAUTHENTICATED'],
      ['expired', read(TOKENS.expired), 'UNAUTHENTICATED'],
      ['expired JWT', read(await signed(await key, expired)), 'UNAUTHENTICATED'],
      ['alg none', read(none), 'UNAUTHENTICATED'],
      ['wrong role', read(TOKENS.admin), 'PERMISSION_DENIED'],
      ['wrong role', append(TOKENS.reader), 'PERMISSION_DENIED'],
      ['JWT without roles', read(await signed(await key, nobody)), 'PERMISSION_DENIED'],
      ['wrong prefix', read(TOKENS.reader, 'customer-1'), 'PERMISSION_DENIED'],
      ['wrong prefix, by JWT', read(jwt, 'customer-1'), 'PERMISSION_DENIED'],
      ['wrong prefix', append(TOKENS.writer, 'customer-1'), 'PERMISSION_DENIED'],
    ] as const) {
      assert.equal(await asked, wanted, what);
    }
  });

  test('a stream with a name cannot be had by its id', async (t) => {
    const writer = client(t, store, TOKENS.writer);
    await writer.append('order-7', [{ type: 'A', data: {} }]);
    const { streamId } = await writer.getStream('order-7');
    for (const id of [streamId, streamId.toUpperCase()]) {
      assert.equal(await reasonOf(writer.getStream(id)), 'PERMISSION_DENIED');
      const { status } = await call(store.http.port, `/api/v1/events/${id}`, bearer(TOKENS.writer));
      assert.equal(status, 403);
    }
    const own = await call(
      store.http.port,
      `/api/v1/events/${ID.toUpperCase()}`,
      bearer(TOKENS.reader),
    );
    assert.equal(own.status, 200);
  });

  for (const [route, ask, may, mayNot, strange] of [
    ['/v1/streams/{stream}/events', '/v1/streams/order-1/events', 'reader', 'admin', 'planner'],
    ['/api/v1/events/{id}', `/api/v1/events/${ID}`, 'reader', 'admin', 'planner'],
    ['/cassata/status', '/cassata/status/shop/none', 'planner', 'expired', undefined],
    ['/cassata/delete', '/cassata/delete/shop/none', 'planner', 'expired', 'reader'],
  ] as const) {
    test(`over HTTP: ${route}`, async () => {
      const ask1 = async (options: HttpCall): Promise<number> =>
        (await call(store.http.port, ask, options)).status;
      assert.ok([200, 404].includes(await ask1(bearer(TOKENS[may]))));
      assert.equal(await ask1(bearer(TOKENS[mayNot])), mayNot === 'expired' ? 401 : 403);
      if (strange !== undefined) assert.equal(await ask1(bearer(TOKENS[strange])), 403);
      assert.equal(await ask1(bearer(WRONG)), 401);
      assert.equal(await ask1({ headers: { authorization: `Basic ${TOKENS[may]}` } }), 401);
      const none = await call(store.http.port, ask);
      assert.equal(none.status, 401);
      assert.equal(none.headers['www-authenticate'], 'Bearer');
      assert.doesNotMatch(none.body, /cst_|not known/);
    });
  }

  test('applications of others', async () => {
    const { port } = store.http;
    const ask = async (path: string, body?: object): Promise<readonly [number, string]> => {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const answer = await call(port, path, { ...bearer(TOKENS.planner), ...sent });
      return [answer.status, answer.body];
    };
    const add = (application: string): object => ({
      ...{ 'event-id': 'e', 'application-id': application, event: '{}' },
      ...{ expiry: Date.now() + 3_600_000, url: 'https://shop.example/hook' },
    });
    const refused = 'the request reaches beyond the applications of the caller';
    assert.deepEqual(await ask('/cassata/add', add('other')), [403, refused]);
    assert.deepEqual(await ask('/cassata/add', add('shop')), [200, '']);
    assert.deepEqual(await ask('/cassata/event/other/e'), [403, refused]);
    assert.equal((await ask('/cassata/delete/other/e'))[0], 403);
    const batch = ['other', 'shop'].map((application) => ({
      ...{ application, eventId: 'e', dueMs: Date.now() + 3_600_000 },
      ...{ http: { url: 'https://shop.example/hook' }, onExists: 'ON_EXISTS_REPLACE' },
    }));
    const [status, text] = await ask('/v1/timed-events:batch', { requests: batch });
    assert.equal(status, 200, text);
    const { results } = JSON.parse(text) as { readonly results: readonly object[] };
    assert.deepEqual(
      results.map((result) => Object.keys(result)),
      [['error'], ['scheduled']],
    );
    assert.match(JSON.stringify(results[0]), /PERMISSION_DENIED/);
  });

  test('of many appends those of others are refused, each for itself', async (t) => {
    const pipeline = client(t, store, TOKENS.writer).appendMany();
    const [own, strange, last] = await Promise.all([
      reasonOf(pipeline.append('order-8', [{ type: 'A', data: {} }])),
      reasonOf(pipeline.append('customer-8', [{ type: 'A', data: {} }])),
      reasonOf(pipeline.append('order-9', [{ type: 'A', data: {} }])),
    ]);
    await pipeline.close();
    assert.deepEqual([own, strange, last], ['OK', 'PERMISSION_DENIED', 'OK']);
  });

  test('health is open, what there is to call is not', async () => {
    for (const [path, wanted] of [
      ['/', 200],
      ['/health/liveness', 200],
      ['/health/readiness', 200],
      ['/openapi.json', 401],
      ['/nothing/there', 401],
    ] as const) {
      assert.equal((await call(store.http.port, path)).status, wanted, path);
    }
  });

  test('the log: refusals and admin calls, and no token anywhere', async () => {
    const { port } = store.http;
    const path = '/v1/applications/shop:pause';
    const sent = { ...bearer(TOKENS.admin), body: '{"note":"secret-note"}' };
    assert.equal((await call(port, path, sent)).status, 200);
    const admin = store.lines.find(({ text }) => text === 'admin call');
    assert.deepEqual(
      ['caller', 'method', 'code', 'touched'].map((field) => admin?.[field]),
      ['admin', 'cassadra.v1.TenantService/PauseApplication', 'OK', { application: 'shop' }],
    );
    const reasons = store.lines.flatMap(({ text, reason }) =>
      text === 'call refused' ? [reason] : [],
    );
    for (const reason of [
      'the call brings no token',
      'the token is not known',
      'the caller has expired',
      'the caller lacks the role append',
      'the request reaches beyond the stream prefixes of the caller',
    ]) {
      assert.ok(reasons.includes(reason), reason);
    }
    const log = JSON.stringify(store.lines);
    for (const secret of [...Object.values(TOKENS), WRONG, jwt, 'secret-note', 'customer-1']) {
      assert.ok(!log.includes(secret), secret);
    }
  });
});

describe('a token that is taken away', () => {
  test('ends what is open, and is refused from then on', async (t) => {
    const file = await temporaryFile(t, fileText(ENTRIES));
    const store = await serveWith(file);
    t.after(store.stop);
    const reader = client(t, store, TOKENS.reader);
    await client(t, store, TOKENS.writer).append(NAMED, [{ type: 'A', data: {} }]);
    let seen = (): void => undefined;
    const first = new Promise<void>((resolve) => (seen = resolve));
    const following = (async () => {
      for await (const message of reader.subscribe({ stream: NAMED })) {
        if (message.kind === 'caught-up') seen();
      }
    })();
    const ended = reasonOf(following);
    await first;
    const path = `/v1/events:subscribe?stream=${NAMED}`;
    const options = { headers: { ...bearer(TOKENS.reader).headers, accept: 'text/event-stream' } };
    const stream = await HttpStream.open(store.http.port, path, options);
    await stream.until(({ text }) => text.includes('caughtUp'));
    await writeFile(file, fileText(ENTRIES.slice(1)));
    assert.equal(await ended, 'UNAUTHENTICATED');
    await stream.untilEnd();
    assert.match(stream.text, /event: error\ndata: .*UNAUTHENTICATED/);
    assert.equal(await reasonOf(reader.getStream(NAMED)), 'UNAUTHENTICATED');
    const writer = client(t, store, TOKENS.writer);
    assert.equal(await reasonOf(writer.getStream(NAMED)), 'OK');
  });
});
