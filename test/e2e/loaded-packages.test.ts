import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { z } from 'zod';
import { startPoller, startStore } from './program.js';
import { temporaryFolder } from './storages.js';

/** What node writes at its end about each file that it has run. */
const COVERAGE = z.object({ result: z.array(z.object({ url: z.string() })) });

const PACKAGE = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;

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
  const packages = async (): Promise<ReadonlySet<string>> => {
    const [report = ''] = await readdir(NODE_V8_COVERAGE);
    const text = await readFile(join(NODE_V8_COVERAGE, report), 'utf8');
    const names = COVERAGE.parse(JSON.parse(text)).result.map(({ url }) => PACKAGE.exec(url)?.[1]);
    return new Set(names.filter((name) => name !== undefined));
  };
  return { env: { DATA_DIR, NODE_V8_COVERAGE }, packages };
}

test('the server loads no package at its start that its settings do not use', async (t) => {
  const { env, packages } = await measured(t);
  const { program } = await startStore(t, env);
  await program.stop('SIGTERM');
  const loaded = await packages();
  for (const used of ['lmdb', 'fastify', '@grpc/grpc-js', 'zod']) assert.ok(loaded.has(used), used);
  assert.deepEqual(
    UNUSED.filter((name) => loaded.has(name)),
    [],
  );
});

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
