import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import {
  gentablesSettings,
  parseSettings,
  pollingClientSettings,
  sinkSettings,
  storeSettings,
} from '../../src/runtime/index.js';
import { Program } from '../e2e/program.js';
import { ROOT } from './readme-runner.js';
import { readYaml } from './yaml-file.js';

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly target: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: unknown;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const { services, volumes } = readYaml('docker-compose.yml') as Compose;
const entries = Object.entries(services);
const DOCKERFILE = readFileSync(`${ROOT}Dockerfile`, 'utf8');

/** The stages of the Dockerfile: name to what it is from and what it says. */
const stages = new Map(
  DOCKERFILE.split(/^(?=FROM )/m).flatMap((text) => {
    const [, from = '', name] = /^FROM (\S+) AS (\S+)$/m.exec(text) ?? [];
    return name === undefined ? [] : [[name, { from, text }] as const];
  }),
);

/** A stage and those below it, as one text. */
function stageText(name: string): string {
  const stage = stages.get(name);
  return stage === undefined ? '' : `${stageText(stage.from)}${stage.text}`;
}

const run = promisify(execFile);

function askHealth(port: number): Promise<unknown> {
  const env = { ...process.env, PORT: String(port) };
  return run(process.execPath, [`${ROOT}tools/ask-health.mjs`], { env });
}

describe('docker-compose.yml', () => {
  test('the services and ports of the original, on loopback only', () => {
    const ports = entries.flatMap(([name, service]) =>
      (service.ports ?? []).map((port) => `${name} ${port}`),
    );
    assert.deepEqual(ports, [
      'cassandra 127.0.0.1:9042:9042',
      'grpc-store 127.0.0.1:8091:8080',
      'grpc-sink 127.0.0.1:8092:8080',
      'envoy 127.0.0.1:8080:8080',
      'envoy 127.0.0.1:9901:9901',
    ]);
    assert.deepEqual(
      Object.keys(services).toSorted(),
      ['cassandra', 'envoy', 'gentables', 'grpc-sink', 'grpc-store', 'poll-client'].toSorted(),
    );
  });

  test('Cassandra 5.0 with materialized views', () => {
    assert.equal(services['cassandra']?.image, 'cassandra:5.0');
    assert.match(
      services['cassandra']?.environment?.['JVM_EXTRA_OPTS'] ?? '',
      /allow_system_properties=true .*settings\.materialized_views_enabled=true/,
    );
  });

  test('what is built is a target of the Dockerfile that starts a program of ours', () => {
    const programs = entries.flatMap(([, { build }]) => {
      if (build === undefined) return [];
      const command = /^CMD \["node", "--enable-source-maps", "dist\/(cmd\/.*)\.js"\]$/m;
      const [, main = ''] = command.exec(stages.get(build.target)?.text ?? '') ?? [];
      assert.ok(existsSync(`${ROOT}${main}.ts`), `${build.target} starts no program`);
      assert.match(stageText(build.target), /^USER node$/m, `${build.target} runs as root`);
      return [main];
    });
    assert.equal(new Set(programs).size, 4);
  });

  test('environments are settings of the programs', () => {
    const tables = [
      ['grpc-store', storeSettings],
      ['grpc-sink', sinkSettings],
      ['poll-client', pollingClientSettings],
      ['gentables', gentablesSettings],
    ] as const;
    for (const [name, table] of tables) {
      const environment = services[name]?.environment ?? {};
      const unknown = Object.keys(environment).filter((variable) => !(variable in table.shape));
      assert.deepEqual(unknown, [], name);
      assert.doesNotThrow(() => parseSettings(table, environment), name);
    }
    for (const name of ['grpc-store', 'grpc-sink']) {
      assert.equal(services[name]?.environment?.['HOST'], '0.0.0.0', name);
    }
  });

  test('services wait for services that can be waited for', () => {
    for (const [name, { depends_on: waits = {} }] of entries) {
      for (const [other, { condition }] of Object.entries(waits)) {
        const service = services[other];
        assert.ok(service !== undefined, `${name} waits for ${other}, which is none`);
        if (condition !== 'service_healthy') continue;
        const checked =
          service.healthcheck !== undefined ||
          stageText(service.build?.target ?? '').includes('HEALTHCHECK');
        assert.ok(checked, `${name} waits for ${other} to be healthy, which nobody checks`);
      }
    }
    const order = services['grpc-store']?.depends_on;
    assert.equal(order?.['gentables']?.condition, 'service_completed_successfully');
  });

  test('what is mounted exists', () => {
    const mounts = entries.flatMap(([, service]) => service.volumes ?? []);
    for (const mount of mounts) {
      const [source = ''] = mount.split(':');
      const exists = source.startsWith('./') ? existsSync(`${ROOT}${source}`) : source in volumes;
      assert.ok(exists, `${source} is neither a file nor a volume`);
    }
  });
});

describe('Dockerfile', () => {
  test('copies what exists and what .dockerignore lets through', () => {
    const allowed = readFileSync(`${ROOT}.dockerignore`, 'utf8').split('\n');
    const copies = [...DOCKERFILE.matchAll(/^COPY (?!--from)(.*) \S+$/gm)];
    const sources = copies.flatMap(([, list = '']) => list.split(' '));
    assert.ok(sources.length >= 8);
    for (const source of sources) {
      assert.ok(existsSync(`${ROOT}${source}`), `${source} does not exist`);
      assert.ok(allowed.includes(`!${source.split('/')[0] ?? ''}`), `${source} is ignored`);
    }
  });

  test('the health check tells a server that serves from one that waits', async (t) => {
    assert.match(stageText('grpc-store'), /HEALTHCHECK[^]*"tools\/ask-health\.mjs"/);
    const sink = new Program(t, 'grpc-sink', { PORT: '0' });
    const [, port] = await sink.waitFor(/gRPC on 127\.0\.0\.1:(\d+)/);
    await askHealth(Number(port));
    // Nothing listens on port 1: the store goes on waiting for its Cassandra.
    const waiting = { PORT: '0', CASSANDRA_HOSTS: '127.0.0.1:1' };
    const store = new Program(t, 'grpc-store', waiting);
    const [, storePort] = await store.waitFor(/gRPC on 127\.0\.0\.1:(\d+)/);
    await assert.rejects(askHealth(Number(storePort)), { code: 1, stderr: 'not serving\n' });
    await sink.stop('SIGTERM');
    await assert.rejects(askHealth(Number(port)), { code: 1, stderr: /^no (connection|answer): / });
  });
});
