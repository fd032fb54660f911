import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { projectDirectory } from '../../src/runtime/index.js';
import { Program } from '../e2e/program.js';
import { COMPOSE, openArchive } from './archives.js';
import { parseDockerfile } from './dockerfile.js';
import { partOrSkip } from './part-or-skip.js';
import { assertSettings } from './program-settings.js';

const ROOT = projectDirectory();
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Wait {
  readonly condition: string;
  readonly required?: boolean;
}

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly target: string };
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, Wait>>;
  readonly healthcheck?: unknown;
  readonly read_only?: boolean;
  readonly stop_grace_period?: string;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const compose: unknown = parse(read('docker-compose.yml'), { strict: true, merge: true });
const { services, volumes } = compose as Compose;
const entries = Object.entries(services);
const built = entries.filter(([, { build }]) => build !== undefined);
const waitsOf = (name: string): [string, Wait][] =>
  Object.entries(services[name]?.depends_on ?? {});

const SEED = ['cassandra', 'gentables', 'grpc-store', 'grpc-sink', 'envoy', 'poll-client'];
const ALWAYS = [...SEED, 'scheduler'];
const CLUSTER = ['cassandra-2', 'cassandra-3', 'gentables-cluster', 'grpc-store-2'];

/** The services that a start with these profiles is about. */
function activeWith(profiles: readonly string[]): Set<string> {
  const active = entries.filter(([, service]) => {
    const own = service.profiles ?? [];
    return own.length === 0 || own.some((profile) => profiles.includes(profile));
  });
  return new Set(active.map(([name]) => name));
}

/** Every service in an order in which each comes after what it waits for. Throws for a circle. */
function startOrder(active: ReadonlySet<string>): string[] {
  const order: string[] = [];
  const visit = (name: string, above: readonly string[]): void => {
    if (above.includes(name)) throw new Error(`a circle: ${[...above, name].join(' → ')}`);
    if (order.includes(name)) return;
    for (const [other] of waitsOf(name)) if (active.has(other)) visit(other, [...above, name]);
    order.push(name);
  };
  for (const name of active) visit(name, []);
  return order;
}

const stages = parseDockerfile(read('Dockerfile'));

function hasHealthCheck({ build, healthcheck }: Service): boolean {
  const stage = stages.find(({ name }) => name === build?.target);
  return (
    healthcheck !== undefined ||
    (stage?.instructions.some(({ kind }) => kind === 'healthcheck') ?? false)
  );
}

describe('docker-compose.yml', () => {
  test('fits the schema of Compose', async (t) => {
    const get = (): Promise<(name: string) => Buffer> => openArchive(COMPOSE);
    const archive = await partOrSkip(t, 'schema of Compose', get);
    if (archive === undefined) return;
    const schema = JSON.parse(archive('compose-spec.json').toString()) as object;
    const ajv = new Ajv2020({
      strict: false,
      allErrors: true,
      validateFormats: false,
      logger: false,
    });
    const validate = ajv.compile(schema);
    validate(compose);
    assert.deepEqual(validate.errors ?? [], []);
    assert.equal(validate({ services: { store: { imagge: 'x' } } }), false);
  });

  test('the services of the original and the scheduler; a profile for more of each', () => {
    assert.deepEqual([...activeWith([])].toSorted(), ALWAYS.toSorted());
    assert.deepEqual([...activeWith(['cluster'])].toSorted(), [...ALWAYS, ...CLUSTER].toSorted());
  });

  test('ports are published once, and on loopback only', () => {
    const ports = entries.flatMap(([name, service]) =>
      (service.ports ?? []).map((port) => `${name} ${port}`),
    );
    assert.deepEqual(ports, [
      'cassandra 127.0.0.1:9042:9042',
      'grpc-store 127.0.0.1:8091:8080',
      'grpc-store 127.0.0.1:8081:8081',
      'grpc-store-2 127.0.0.1:8093:8080',
      'grpc-sink 127.0.0.1:8092:8080',
      'envoy 127.0.0.1:8080:8080',
      'envoy 127.0.0.1:9901:9901',
    ]);
  });

  for (const profiles of [[], ['cluster']]) {
    test(`what is waited for is there, with ${profiles.join() || 'no'} profile`, () => {
      const active = activeWith(profiles);
      for (const name of active) {
        for (const [other, { condition, required = true }] of waitsOf(name)) {
          const service = services[other];
          assert.ok(service !== undefined, `${name} waits for ${other}, which is none`);
          assert.ok(active.has(other) || !required, `${name} waits for ${other}, which is not on`);
          if (condition !== 'service_healthy') continue;
          assert.ok(hasHealthCheck(service), `${name} waits for ${other}, which nobody checks`);
        }
      }
      const order = startOrder(active);
      const sorted = ['cassandra', ...CLUSTER.slice(0, 3), 'gentables', 'grpc-store', 'envoy'];
      const expected = sorted.filter((name) => active.has(name));
      assert.deepEqual(
        order.filter((name) => expected.includes(name)),
        expected,
      );
    });
  }

  test('Cassandra 5.0 with materialized views, each node with data of its own', () => {
    const nodes = entries.filter(([, { image }]) => image === 'cassandra:5.0');
    assert.equal(nodes.length, 3);
    const data = nodes.flatMap(([, service]) => service.volumes ?? []);
    assert.equal(new Set(data).size, 3);
    for (const [name, { environment = {} }] of nodes) {
      const views = /allow_system_properties=true .*settings\.materialized_views_enabled=true/;
      assert.match(environment['JVM_EXTRA_OPTS'] ?? '', views, name);
      assert.equal(environment['CASSANDRA_SEEDS'], 'cassandra', name);
    }
    const replicas = (name: string): unknown =>
      services[name]?.environment?.['CASSANDRA_REPLICATION'];
    assert.deepEqual([replicas('gentables'), replicas('gentables-cluster')], ['1', '3']);
  });

  test('what is built is a target of the Dockerfile, with settings of its program', () => {
    for (const [name, { build, environment = {}, ...service }] of built) {
      const stage = stages.find((candidate) => candidate.name === build?.target);
      assert.ok(stage !== undefined, `${name}: no target ${build?.target ?? ''}`);
      assertSettings(stage.name, environment);
      assert.equal(service.read_only, true, name);
      assert.equal(service.stop_grace_period, '20s', name);
      // The scheduler serves health only.
      const called = name.startsWith('grpc-');
      assert.equal(environment['INSECURE'], called ? 'true' : undefined, name);
    }
  });

  test('what is mounted exists, and every volume is used', () => {
    const mounts = entries.flatMap(([, service]) => service.volumes ?? []);
    const sources = mounts.map((mount) => mount.split(':')[0] ?? '');
    for (const source of sources) {
      const exists = source.startsWith('./') ? existsSync(join(ROOT, source)) : source in volumes;
      assert.ok(exists, `${source} is neither a file nor a volume`);
    }
    assert.deepEqual(
      Object.keys(volumes).filter((name) => !sources.includes(name)),
      [],
    );
  });
});

const run = promisify(execFile);

function askHealth(port: number, ...how: readonly string[]): Promise<unknown> {
  const env = { PATH: process.env['PATH'], [how.length > 0 ? 'HTTP_PORT' : 'PORT']: String(port) };
  return run(process.execPath, [join(ROOT, 'tools/ask-health.mjs'), ...how], { env });
}

test('the health check tells a server that serves from one that waits', async (t) => {
  const sink = new Program(t, 'grpc-sink', { PORT: '0' });
  const [, port] = await sink.waitFor(/gRPC on 127\.0\.0\.1:(\d+)/);
  await askHealth(Number(port));
  // Nothing listens on port 1: the store goes on waiting for its Cassandra.
  const store = new Program(t, 'grpc-store', { PORT: '0', CASSANDRA_HOSTS: '127.0.0.1:1' });
  const [, storePort] = await store.waitFor(/gRPC on 127\.0\.0\.1:(\d+)/);
  const [, httpPort] = await store.waitFor(/HTTP on http:\/\/127\.0\.0\.1:(\d+)/);
  const waiting = { code: 1, stderr: 'not serving\n' };
  await assert.rejects(askHealth(Number(storePort)), waiting);
  await assert.rejects(askHealth(Number(httpPort), 'http'), waiting);
  await sink.stop('SIGTERM');
  await assert.rejects(askHealth(Number(port)), { code: 1, stderr: /^no (connection|answer): / });
});
