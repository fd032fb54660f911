import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { loadedPackages } from './loaded-packages.js';
import { npmStart } from './npm-start.js';
import { startPoller, startStore } from './program.js';
import { temporaryFolder } from './storages.js';

/** Takes long to load. */
const UNUSED = [
  'cassandra-driver',
  'jose',
  'undici',
  'ajv',
  'protobufjs',
  '@grpc/proto-loader',
  '@grpc/reflection',
  'grpc-health-check',
  '@opentelemetry/core',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/sdk-trace-base',
];

interface Measured {
  readonly env: Readonly<Record<string, string>>;
  /** After the end of the program. */
  readonly packages: () => Promise<ReadonlySet<string>>;
}

/** Variables of a program that stores in a folder of its own, and what packages it has loaded. */
async function measured(context: TestContext): Promise<Measured> {
  const DATA_DIR = await temporaryFolder(context);
  const NODE_V8_COVERAGE = await temporaryFolder(context);
  const packages = () => loadedPackages(NODE_V8_COVERAGE);
  return { env: { DATA_DIR, NODE_V8_COVERAGE }, packages };
}

for (const [name, start] of [
  ['the server', {}],
  ['the bundled server', npmStart()],
] as const) {
  test(`${name} loads no package at its start that its settings do not use`, async (t) => {
    const { env, packages } = await measured(t);
    const { program } = await startStore(t, env, start);
    await program.stop('SIGTERM');
    const loaded = await packages();
    for (const used of ['lmdb', 'fastify', '@grpc/grpc-js', 'zod']) {
      assert.ok(loaded.has(used), used);
    }
    assert.deepEqual(
      UNUSED.filter((unused) => loaded.has(unused)),
      [],
    );
  });
}

test('nor does the scheduler, which speaks no gRPC', async (t) => {
  const { env, packages } = await measured(t);
  const program = await startPoller(t, env);
  await program.stop('SIGTERM');
  const loaded = await packages();
  assert.ok(loaded.has('lmdb'));
  assert.deepEqual(
    [...UNUSED, '@grpc/grpc-js'].filter((name) => loaded.has(name)),
    [],
  );
});
