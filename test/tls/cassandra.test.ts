import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  applySchema,
  CASSANDRA_DEFAULTS,
  type CassandraSettings,
} from '../../src/backends/cassandra/index.js';
import { silentLogger } from '../../src/runtime/index.js';
import {
  CassandraUnavailableError,
  startCassandra,
  type CassandraCluster,
} from '../../tools/cassandra/index.js';
import { connectCql, targetFromEnv } from '../../tools/cql/cql-connection.js';
import { mainOf, Program } from '../e2e/program.js';
import { createAuthority } from '../support/certificates.js';

const NODE_NAME = 'node.test';
const PASSWORD = 'cassandra';
const LOGIN_WITHIN_MS = 120_000;

const authority = createAuthority();
const stranger = createAuthority();
const node = authority.issue('node', { alternativeNames: `DNS:${NODE_NAME}` });
const client = authority.issue('client');
const folder = mkdtempSync(join(tmpdir(), 'cassadra-cassandra-tls-'));
let cluster: CassandraCluster | undefined;
after(async () => {
  await cluster?.stop();
  authority.remove();
  stranger.remove();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A node that asks for a password and, over TLS, for a certificate of our authority. */
async function startSecured(): Promise<string | { readonly skip: string }> {
  const tls = {
    enabled: true,
    // in the clear too, for the probe that waits for the start
    optional: true,
    require_client_auth: true,
    keystore: file('node.pem', `${node.privateKey}${node.certificate}`),
    truststore: file('clients.pem', authority.certificate),
    ssl_context_factory: {
      class_name: 'org.apache.cassandra.security.PEMBasedSslContextFactory',
    },
  };
  const yaml = {
    authenticator: 'PasswordAuthenticator',
    client_encryption_options: JSON.stringify(tls),
  };
  try {
    // the first user is made at once
    const jvmArgs = ['-Dcassandra.superuser_setup_delay_ms=0'];
    cluster = await startCassandra({ yaml, jvmArgs, heapMb: 640 });
    return cluster.contactPoints[0] ?? '';
  } catch (error) {
    if (error instanceof CassandraUnavailableError && process.env['CI'] !== 'true') {
      return { skip: error.message };
    }
    throw error;
  }
}

const place = await startSecured();
const skip = typeof place === 'string' ? false : place.skip;
const contactPoint = typeof place === 'string' ? place : '';

const RIGHT = {
  ca: authority.certificate,
  cert: client.certificate,
  key: client.privateKey,
  serverName: NODE_NAME,
  verifyHost: true,
} as const;

function settings(
  tls: Partial<CassandraSettings['tls']> = {},
  password = PASSWORD,
): CassandraSettings {
  return {
    ...CASSANDRA_DEFAULTS,
    contactPoints: [contactPoint],
    keyspace: 'secured',
    credentials: { username: 'cassandra', password },
    tls: { ...RIGHT, ...tls },
  };
}

/** What programs are told of it. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  STORAGE: 'cassandra',
  CASSANDRA_HOSTS: contactPoint,
  CASSANDRA_KEYSPACE: 'secured',
  CASSANDRA_USERNAME: 'cassandra',
  CASSANDRA_PASSWORD_FILE: file('password', `${PASSWORD}\n`),
  CASSANDRA_TLS_CA_FILE: file('ca.pem', authority.certificate),
  CASSANDRA_TLS_CERT_FILE: file('client.pem', client.certificate),
  CASSANDRA_TLS_KEY_FILE: file('client.key', client.privateKey),
  CASSANDRA_TLS_SERVER_NAME: NODE_NAME,
};

/** The first user may come a little later than the node. */
async function firstLogin(): Promise<void> {
  const deadlineMs = performance.now() + LOGIN_WITHIN_MS;
  for (;;) {
    try {
      await applySchema(settings(), silentLogger);
      return;
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await delay(200);
    }
  }
}

describe('TLS and a password to Cassandra', { skip }, () => {
  test('what is right connects, encrypted', async () => {
    await firstLogin();
    const cql = await connectCql(targetFromEnv(ENVIRONMENT));
    try {
      const { rows } = await cql.execute('SELECT ssl_enabled, username FROM system_views.clients');
      assert.ok(rows.length > 0);
      for (const row of rows) {
        assert.deepEqual([row.get('ssl_enabled'), row.get('username')], [true, 'cassandra']);
      }
    } finally {
      await cql.shutdown();
    }
  });

  test('nodes without a name of their own are believed when that is asked for', async () => {
    await applySchema(settings({ serverName: undefined, verifyHost: false }), silentLogger);
  });

  const wrong: readonly (readonly [string, CassandraSettings, RegExp])[] = [
    ['authority', settings({ ca: stranger.certificate }), /unable to verify|self-signed/],
    ['host', settings({ serverName: undefined }), /not in the cert's list|altnames/],
    ['name', settings({ serverName: 'other.test' }), /altnames/],
    ['password', settings({}, 'guessed'), /username.*password/],
    ['certificate', settings({ cert: undefined, key: undefined }), /alert|closed|hang up|RESET/i],
  ];
  for (const [what, bad, message] of wrong) {
    test(`a wrong ${what} is refused, and the reason is told`, async () => {
      await assert.rejects(applySchema(bad, silentLogger), (error: Error) => {
        assert.match(error.message, /^no Cassandra node answers at /);
        assert.match(error.message, message);
        return !error.message.includes('guessed');
      });
    });
  }

  test('gentables, the server and doctor take it from their settings', async (t) => {
    const gentables = new Program(t, 'gentables', ENVIRONMENT);
    assert.deepEqual((await gentables.exit()).code, 0, gentables.output);
    assert.match(gentables.output, /The keyspace secured is ready/);
    const store = new Program(t, 'grpc-store', { ...ENVIRONMENT, PORT: '0' });
    await store.waitFor(/"msg":"the storage is open"/);
    assert.deepEqual(await store.stop('SIGTERM'), { code: 0, signal: null });
    const guessed = { CASSANDRA_PASSWORD_FILE: file('guess', 'guessed') };
    const args = [mainOf('cassadra'), 'doctor'];
    const doctor = new Program(t, 'cassadra', { ...ENVIRONMENT, ...guessed }, { args });
    assert.notEqual((await doctor.exit()).code, 0);
    assert.match(doctor.output, /fail connection: no Cassandra node answers .*password/);
  });

  test('a file that is not there ends a program, with its name', async (t) => {
    const none = { CASSANDRA_PASSWORD_FILE: join(folder, 'none') };
    const gentables = new Program(t, 'gentables', { ...ENVIRONMENT, ...none });
    assert.equal((await gentables.exit()).code, 2);
    assert.match(gentables.output, /^CASSANDRA_PASSWORD_FILE: \S+none cannot be read \(ENOENT\)$/m);
  });
});
