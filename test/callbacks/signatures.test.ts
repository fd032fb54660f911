import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { verifyWebhook } from '../../src/client/index.js';
import type { HttpMethod } from '../../src/core/index.js';
import {
  createSealer,
  FakeTime,
  silentLogger,
  systemComponents,
  systemKeys,
} from '../../src/runtime/index.js';
import { createSecrets, secretsOfCall, type Secrets } from '../../src/scheduler/index.js';
import { HeldDocuments } from '../support/held-documents.js';
import { callTo, openDispatcher, yes } from './dispatcher-under-test.js';
import { parseRequest, type ReceivedRequest } from './received-request.js';
import { answerText, startReceiver } from './receiver.js';

const SIGNAL = new AbortController().signal;
const TIMEOUT = { timeout: 20_000 };

interface World {
  readonly secrets: Secrets;
  readonly time: FakeTime;
  /** Makes a call and says what has arrived. */
  call(call: Call): Promise<ReceivedRequest>;
}

interface Call {
  readonly payload?: Uint8Array;
  readonly method?: HttpMethod;
  readonly attempt?: number;
  readonly application?: string;
}

async function world(t: TestContext): Promise<World> {
  const shared = new HeldDocuments();
  const sealer = createSealer([new Uint8Array(32).fill(1)]);
  // the library of the standard goes by the real clock
  const time = new FakeTime(Date.now());
  const components = systemComponents(silentLogger);
  const secrets = createSecrets({ shared, sealer, keys: systemKeys, components });
  const receiver = await startReceiver(t, ({ socket }) => socket.write(answerText(200)));
  const { dispatcher } = openDispatcher(t, { secretsOf: secretsOfCall(shared, sealer), time });
  return {
    secrets,
    time,
    async call({
      payload = Buffer.from('{}'),
      method = 'POST',
      attempt = 1,
      application = 'shop',
    }) {
      const key = { application, eventId: 'order-1' };
      const url = `http://127.0.0.1:${receiver.port}/`;
      const before = receiver.requests.length;
      const outgoing = callTo(url, { method }, { payload, attempt, key });
      assert.equal((await dispatcher.call(outgoing, yes)).kind, 'answered');
      const { text } = await receiver.request(before + 1);
      return parseRequest(text);
    },
  };
}

async function hmacKey({ secrets }: World, keyId: string): Promise<string> {
  const created = await secrets.createKey('shop', { keyId, kind: 'hmac-sha256' }, SIGNAL);
  return created.secret ?? '';
}

async function publicKey({ secrets }: World, keyId: string): Promise<string> {
  const created = await secrets.createKey('shop', { keyId, kind: 'ed25519' }, SIGNAL);
  return created.key.publicKey ?? '';
}

/** Whether our verifier believes it by this one secret. */
function believes({ headers, body }: ReceivedRequest, secret: string, time: FakeTime): boolean {
  try {
    verifyWebhook({ headers, body, secrets: [secret], nowMs: time.nowMs() });
    return true;
  } catch (error) {
    assert.ok(error instanceof Error && error.name === 'WebhookVerificationError', String(error));
    return false;
  }
}

test(
  'each attempt is signed anew, under one id, and the standard’s library agrees',
  TIMEOUT,
  async (t) => {
    const its = await world(t);
    const secret = await hmacKey(its, 'a');
    const pair = await publicKey(its, 'b');
    const payload = Buffer.from('{"n":12345678901234567890,"s":"\u{1f600}\u2028 é"}');
    const requests: ReceivedRequest[] = [];
    for (const attempt of [1, 2, 3]) {
      its.time.advance(1_700);
      const nowMs = its.time.nowMs();
      const request = await its.call({ attempt, payload });
      requests.push(request);
      assert.equal(request.headers['webhook-timestamp'], String(Math.floor(nowMs / 1_000)));
      assert.equal(request.headers['cassadra-attempt'], String(attempt));
      assert.deepEqual(request.body, payload);
      new Webhook(secret).verify(request.body, { ...request.headers });
      assert.ok(believes(request, secret, its.time) && believes(request, pair, its.time));
    }
    const of = (name: string): number => new Set(requests.map(({ headers }) => headers[name])).size;
    assert.deepEqual(
      [of('webhook-id'), of('webhook-timestamp'), of('webhook-signature')],
      [1, 3, 3],
    );
    assert.equal(requests[0]?.headers['webhook-id'], requests[0]?.headers['cassadra-id']);
    const other = `whsec_${Buffer.alloc(32).toString('base64')}`;
    const { headers = {}, body = '' } = requests[0] ?? {};
    assert.throws(() => new Webhook(other).verify(body, { ...headers }), /No matching signature/);
  },
);

const BODIES: [title: string, payload: Uint8Array, method: HttpMethod][] = [
  ['bytes that are no UTF-8', Buffer.of(0x00, 0xff, 0x0d, 0x0a, 0xc3), 'POST'],
  ['a byte order mark', Buffer.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d), 'PUT'],
  ['half of a pair, as JSON has it', Buffer.from('"\\ud83d"'), 'PATCH'],
  ['a MiB', Buffer.alloc(1_048_576, 'é'), 'POST'],
  ['nothing', new Uint8Array(), 'POST'],
  ['nothing to delete', new Uint8Array(), 'DELETE'],
  ['a GET, which sends nothing', Buffer.from('{}'), 'GET'],
];

test('what is signed is what is sent', TIMEOUT, async (t) => {
  const its = await world(t);
  const [secret, pair] = [await hmacKey(its, 'a'), await publicKey(its, 'b')];
  for (const [title, payload, method] of BODIES) {
    const request = await its.call({ payload, method });
    const sent = method === 'GET' ? new Uint8Array() : payload;
    assert.ok(request.body.equals(sent), title);
    assert.ok(believes(request, secret, its.time), title);
    assert.ok(believes(request, pair, its.time), title);
    const changed = { ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) };
    assert.ok(!believes(changed, secret, its.time) && !believes(changed, pair, its.time), title);
  }
});

test('while a key is replaced both sign; afterwards only the new one', TIMEOUT, async (t) => {
  const its = await world(t);
  const keyring = async (): Promise<boolean[]> => {
    const request = await its.call({});
    return [old, oldPair, fresh, freshPair].map((key) => believes(request, key, its.time));
  };
  const [old, oldPair] = [await hmacKey(its, 'old'), await publicKey(its, 'old-pair')];
  let [fresh, freshPair] = [old, oldPair];
  assert.deepEqual(await keyring(), [true, true, true, true]);
  [fresh, freshPair] = [await hmacKey(its, 'new'), await publicKey(its, 'new-pair')];
  assert.deepEqual(await keyring(), [true, true, true, true]);
  await its.secrets.removeKey('shop', 'old', SIGNAL);
  await its.secrets.removeKey('shop', 'old-pair', SIGNAL);
  assert.deepEqual(await keyring(), [false, false, true, true]);
});

test('calls of an application without keys are not signed', TIMEOUT, async (t) => {
  const its = await world(t);
  await hmacKey(its, 'a');
  const namesOf = async (application: string): Promise<string[]> => {
    const { headers } = await its.call({ application });
    return Object.keys(headers).filter((name) => name.startsWith('webhook-'));
  };
  assert.equal((await namesOf('shop')).length, 3);
  assert.deepEqual(await namesOf('other'), []);
  assert.equal((await namesOf('\u0001shop')).length, 3);
  await its.secrets.removeKey('shop', 'a', SIGNAL);
  assert.deepEqual(await namesOf('shop'), []);
});
