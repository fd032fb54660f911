import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Client, credentials, status } from '@grpc/grpc-js';
import {
  beginning,
  callHeaders,
  END_STREAM,
  frame,
  messageHead,
  openStream,
  resetStream,
} from '../abuse/http2-frames.js';
import { RawSocket } from '../abuse/raw-socket.js';
import { eventually } from './eventually.js';
import { gatedServers } from './gated-servers.js';

const LIMIT = { timeout: 60_000 };
const HOLD = 'GET /hold/one HTTP/1.1\r\nHost: a\r\n\r\n';
/** What the server lets a connection send ahead, and lets watch. */
const PIPELINED_MAX = 16;
const WATCHERS_MAX = 1_000;
const STREAMS = 200;
const ROUNDS_MAX = 40;
const CONNECTIONS = 4;

test('answers that wait behind another end with their connection', LIMIT, async (t) => {
  const { httpPort, held, openCalls, ended } = await gatedServers(t);
  const caller = await RawSocket.open(httpPort);
  await caller.write(HOLD.repeat(PIPELINED_MAX));
  await held.untilCount(PIPELINED_MAX);
  assert.equal(openCalls(), PIPELINED_MAX);
  caller.socket.resetAndDestroy();
  await eventually(() => openCalls() === 0);
  assert.deepEqual([...new Set(ended)], ['http GET /hold/:name CANCELLED']);
  assert.equal(ended.length, PIPELINED_MAX);
});

test('a connection that sends too much ahead is closed', LIMIT, async (t) => {
  const { httpPort, held, openCalls } = await gatedServers(t);
  const caller = await RawSocket.open(httpPort);
  await caller.write(HOLD);
  await held.untilCount(1);
  // those of everybody, too
  await caller.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(PIPELINED_MAX));
  await caller.closed;
  await eventually(() => openCalls() === 0);
});

test('an old connection is closed by its next answer', LIMIT, async (t) => {
  const { httpPort } = await gatedServers(t, { http: { connectionAgeMs: 1 } });
  const caller = await RawSocket.open(httpPort);
  const request = 'GET /who HTTP/1.1\r\nHost: a\r\n\r\n';
  await eventually(async () => {
    await caller.write(request);
    return caller.isClosed;
  });
  assert.match(caller.received.toString(), /^HTTP\/1\.1 200 /);
});

/**
 * Node aborted when the connection was cut while it read frames, and answers were on their way. The
 * pauses are the pace of the attack: some frames find calls answered, some do not.
 */
test('calls that are reset together, too many, end their connection only', LIMIT, async (t) => {
  const { grpcPort, openCalls } = await gatedServers(t, { grpc: { streamsMax: 1_000 } });
  const held = callHeaders('/test.Gated/Hold');
  const answered = callHeaders('/test.Gated/Who');
  const call = (stream: number): Buffer => {
    const data = frame({ type: 'data', flags: END_STREAM, stream, payload: messageHead(0) });
    return Buffer.concat([openStream(stream, answered), data]);
  };
  for (let connection = 0; connection < CONNECTIONS; connection += 1) {
    const raw = await RawSocket.open(grpcPort);
    await raw.write(beginning());
    for (let round = 0; !raw.isClosed && round < ROUNDS_MAX; round += 1) {
      const ids = Array.from({ length: STREAMS }, (_, index) => 1 + 2 * (round * STREAMS + index));
      const begun = ids.map((id, index) => (index % 2 === 0 ? openStream(id, held) : call(id)));
      await raw.write(Buffer.concat(begun));
      if (round % 2 === 1) await setTimeout(1);
      await raw.write(Buffer.concat(ids.map(resetStream)));
      await setTimeout(5);
    }
    raw.close();
  }
  await eventually(() => openCalls() === 0);
});

test('those who watch the health of made-up names are bounded', LIMIT, async (t) => {
  const { grpcPort } = await gatedServers(t, { grpc: { streamsMax: STREAMS + 10 } });
  const same = (bytes: Buffer): Buffer => bytes;
  const clients = Array.from(
    { length: WATCHERS_MAX / STREAMS },
    () =>
      new Client(`127.0.0.1:${grpcPort}`, credentials.createInsecure(), {
        'grpc.use_local_subchannel_pool': 1,
      }),
  );
  t.after(() => clients.forEach((client) => client.close()));
  const watch = (client: Client, name: string): { told: Promise<string>; cancel: () => void } => {
    const asked = Buffer.from(`\n${String.fromCharCode(name.length)}${name}`);
    const call = client.makeServerStreamRequest('/grpc.health.v1.Health/Watch', same, same, asked);
    const told = new Promise<string>((resolve) => {
      call.on('data', (bytes: Buffer) => resolve(bytes.toString('hex')));
      call.on('error', ({ code }: Error & { code?: number }) => resolve(status[code ?? 0] ?? ''));
    });
    return { told, cancel: () => call.cancel() };
  };
  const watchers = clients.flatMap((client, c) =>
    Array.from({ length: STREAMS }, (_, s) => watch(client, `name-${c}-${s}`)),
  );
  const [first] = clients;
  assert.ok(first !== undefined);
  // status = SERVICE_UNKNOWN
  assert.deepEqual([...new Set(await Promise.all(watchers.map(({ told }) => told)))], ['0803']);
  assert.equal(await watch(first, 'more').told, 'RESOURCE_EXHAUSTED');
  for (const { cancel } of watchers) cancel();
  await eventually(async () => (await watch(first, 'test.Gated').told) === '0801');
});
