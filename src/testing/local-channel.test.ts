import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, connectBy, StoreError, type Cassadra } from '../client/index.js';
import { AppError, ERROR_CATALOGUE, type ErrorCode } from '../core/index.js';
import { silentLogger, systemComponents } from '../runtime/index.js';
import { GrpcServer, localInvoker, OpenCalls, type GrpcService } from '../transport/grpc/index.js';
import { openGate } from '../../test/support/open-gate.js';
import { Activity } from './activity.js';
import { LocalChannel } from './local-channel.js';

const components = systemComponents(silentLogger);
const CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[];

/** Fails with the error whose code is the name of a type that is declared. */
const failing: GrpcService = {
  name: 'cassadra.v1.EventStoreService',
  methods: () => ({
    DeclareType: async (request) => {
      const text = Buffer.from(request).toString();
      const code = CODES.find((each) => text.includes(each));
      if (code === undefined) throw new Error('a fault');
      throw new AppError(code, `it is ${code}`, { field: 'name', limit: '7' });
    },
  }),
};

const SETTINGS = {
  ...{ host: '127.0.0.1', port: 0, connectionsMax: 10, waitMaxMs: 1_000, answerMarginMs: 10 },
  ...{ connectionsPerAddressMax: 10, prefaceTimeoutMs: 10_000, receiveTimeoutMs: 10_000 },
  ...{ receiveBytesMax: 1_000_000, sendBytesMax: 1_000_000, streamsMax: 10, sessionMemoryMb: 10 },
  ...{ connectionIdleMs: 10_000, connectionAgeMs: 10_000, connectionAgeGraceMs: 10_000 },
  ...{ keepaliveMs: 10_000, keepaliveTimeoutMs: 10_000, reflection: false, shutdownGraceMs: 0 },
};

async function failureOf(client: Cassadra, name: string): Promise<StoreError> {
  try {
    await client.declareType(name, 1);
  } catch (error) {
    assert.ok(error instanceof StoreError);
    return error;
  }
  assert.fail('it did not fail');
}

test('errors are as over the wire, whatever their code', { timeout: 20_000 }, async (t) => {
  const server = new GrpcServer({
    services: [failing],
    settings: SETTINGS,
    components,
    gate: openGate(components),
    ready: () => true,
    drain: () => Promise.resolve(),
  });
  await server.start();
  t.after(() => server.stop());
  const wire = connect({ address: `127.0.0.1:${server.port}`, retry: false });
  const channel = new LocalChannel({
    invoke: localInvoker([failing], { components, openCalls: new OpenCalls() }),
    invokeStream: () => assert.fail('no streams here'),
    timers: components.timers,
    activity: new Activity(),
    onClose: () => undefined,
  });
  const local = connectBy(channel, { retry: false });
  t.after(() => Promise.all([wire.close(), local.close()]));
  for (const code of [...CODES, 'a fault']) {
    const [remote, near] = [await failureOf(wire, code), await failureOf(local, code)];
    assert.equal(near.constructor, remote.constructor, code);
    assert.deepEqual(
      [near.reason, near.message, near.details],
      [remote.reason, remote.message, remote.details],
    );
  }
});
