import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { test } from 'node:test';
import { systemClock } from '../../src/runtime/index.js';
import { GrpcServer } from '../../src/transport/grpc/index.js';
import { openGate } from '../support/open-gate.js';
import { GRPC_SETTINGS, testComponents } from './store-under-test.js';

/** Beyond what HTTP/2 lets a caller have who reads nothing. */
const MESSAGE_BYTES = 200_000;

test('a caller that reads nothing does not outlive the server', { timeout: 20_000 }, async () => {
  let pulls = 0;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const run = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        pulls += 1;
        yield new Uint8Array(MESSAGE_BYTES);
      }
    } finally {
      end();
    }
  };
  const service = {
    name: 'test.Endless',
    methods: () => ({}),
    streams: () => ({ Follow: { kind: 'server', run } as const }),
  };
  const components = testComponents(systemClock);
  const server = new GrpcServer({
    services: [service],
    settings: { ...GRPC_SETTINGS, port: 0 },
    components,
    gate: openGate(components),
    ready: () => true,
    drain: () => Promise.resolve(),
  });
  await server.start();
  const session = connect(`http://127.0.0.1:${server.port}`);
  session.on('error', () => undefined);
  const call = session.request({
    ':method': 'POST',
    ':path': '/test.Endless/Follow',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  call.on('error', () => undefined);
  call.pause();
  call.end(Buffer.alloc(5));
  await once(call, 'response');
  const closed = once(session, 'close');
  await server.stop();
  await Promise.all([ended, closed]);
  assert.equal(pulls, 1);
});
