import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inspect } from 'node:util';
import type { JsonObject } from '@bufbuild/protobuf';
import type { LogFields, Logger } from '../../src/runtime/index.js';
import { call } from '../http/http-caller.js';
import { recordedSecrets } from './recorded-tenants.js';
import { serveScheduler, type SchedulerUnderTest } from './scheduler-under-test.js';

/** A part of each secret that is sent here. */
const MARK = 'Geheimnis';

const logged: string[] = [];
const log = (fields: LogFields, message: string): void => {
  logged.push(message + inspect(fields, { depth: 20, maxStringLength: null }));
};
const logger: Logger = { debug: log, info: log, warn: log, error: log };

let served: SchedulerUnderTest;

before(async () => {
  served = await serveScheduler({ logger });
});

after(() => served.stop());

const AT = '/v1/applications/shop';
const SET = `${AT}/destinations:setCredentials`;
const KEYS = `${AT}/signing-keys`;
const url = 'https://receiver.test/';

const credentials = (value: JsonObject): string => JSON.stringify({ url, ...value });
const key = (secret: unknown): string => JSON.stringify({ keyId: 'k', secret });

/** Bodies that are refused, and the field that is named. */
const REFUSED: Readonly<Record<string, readonly [path: string, body: string, field: string]>> = {
  'a token with a space': [SET, credentials({ bearer: { token: `${MARK} ` } }), 'bearer.token'],
  'a long token': [SET, credentials({ bearer: { token: MARK.repeat(500) } }), 'bearer.token'],
  'a token that is no text': [SET, credentials({ bearer: { token: [MARK] } }), 'bearer.token'],
  'a token without its message': [SET, credentials({ bearer: MARK }), 'bearer'],
  'a token twice': [SET, `{"bearer":{"token":"${MARK}","token":"${MARK}"}}`, 'bearer.token'],
  'a body that ends early': [SET, `{"bearer":{"token":"${MARK}`, 'body'],
  'half a character': [
    SET,
    credentials({ basic: { password: `${MARK}\ud800` } }),
    'basic.password',
  ],
  'a long password': [
    SET,
    credentials({ basic: { password: MARK.repeat(500) } }),
    'basic.password',
  ],
  'a user with a colon': [
    SET,
    credentials({ basic: { user: `${MARK}:`, password: MARK } }),
    'basic.user',
  ],
  'two kinds': [
    SET,
    credentials({ basic: { password: MARK }, bearer: { token: MARK } }),
    'credentials',
  ],
  'a URL with a password': [
    SET,
    JSON.stringify({ url: `https://u:${MARK}@receiver.test/`, bearer: { token: MARK } }),
    'url',
  ],
  'a certificate that is none': [
    SET,
    credentials({ mtls: { certificate: MARK, privateKey: MARK } }),
    'mtls.certificate',
  ],
  'a long private key': [
    SET,
    credentials({ mtls: { certificate: 'x', privateKey: MARK.repeat(8_000) } }),
    'mtls.private_key',
  ],
  'a secret without its prefix': [KEYS, key(MARK), 'secret'],
  'a secret that is no base64': [KEYS, key(`whsec_${MARK}!`), 'secret'],
  'a secret that is too short': [KEYS, key(`whsec_${MARK}AAA`), 'secret'],
  'a secret that is a list': [KEYS, key([MARK]), 'secret'],
};

function assertUnseen(...texts: readonly string[]): void {
  for (const text of [...texts, ...logged]) assert.ok(!text.includes(MARK), text);
}

for (const [name, [path, body, field]] of Object.entries(REFUSED)) {
  test(`${name} is refused, and not shown`, async () => {
    const answer = await call(served.httpPort, path, { body });
    const told = JSON.parse(answer.body) as JsonObject;
    assert.deepEqual([answer.status, told.field], [400, field], answer.body);
    assertUnseen(answer.body);
  });
}

test('bytes over gRPC that cannot be read are not shown', async () => {
  const bytes = Buffer.concat([Buffer.from('220b0a09', 'hex'), Buffer.from(`${MARK.slice(0, 8)}`)]);
  const broken = Buffer.concat([bytes, Buffer.of(0xff)]);
  const { code, message } = await served.raw('SetDestinationCredentials', broken);
  assert.equal(code, 3);
  assertUnseen(message, JSON.stringify(message));
});

test('a fault while secrets are stored shows nothing of them', async (t) => {
  const broken = new Error('the storage is on fire');
  const secrets = { ...recordedSecrets([]), setCredentials: () => Promise.reject(broken) };
  const faulty = await serveScheduler({ logger, instead: { secrets } });
  t.after(() => faulty.stop());
  logged.length = 0;
  const body = credentials({ bearer: { token: MARK } });
  const answer = await call(faulty.httpPort, SET, { body });
  assert.equal(answer.status, 500);
  assert.ok(logged.some((line) => line.includes('on fire')));
  assertUnseen(answer.body);
});

test('what is stored is not shown by any list', async () => {
  const stored = await call(served.httpPort, SET, {
    body: credentials({ basic: { user: MARK, password: MARK } }),
  });
  assert.deepEqual([stored.status, stored.body], [200, '{}']);
  const secret = `whsec_${Buffer.from(MARK.repeat(3)).toString('base64')}`;
  const created = await call(served.httpPort, KEYS, { body: key(secret) });
  assert.equal(created.status, 200, created.body);
  assert.equal((JSON.parse(created.body) as JsonObject).secret, '');
  const shown = await Promise.all(
    [`${AT}/destinations`, KEYS, AT, '/v1/applications'].map((path) => call(served.httpPort, path)),
  );
  for (const { status, body } of shown) {
    assert.equal(status, 200, body);
    assert.ok(!body.includes(secret.slice(6)));
    assertUnseen(body);
  }
});
