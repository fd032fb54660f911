import assert from 'node:assert/strict';
import { get } from 'node:http';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { projectDirectory } from '../../src/runtime/index.js';
import { mainOf, Program } from '../e2e/program.js';
import type { IssuedCertificate } from '../support/certificates.js';
import { TlsFolder, type TlsFolderOptions } from '../support/tls-folder.js';
import { answerTo } from './answer-to.js';
import { AUTHORITY, CLIENT, OTHER_CLIENT, SERVER, SERVER_NAME } from './certificates.js';

type Environment = Readonly<Record<string, string>>;

const ASK_HEALTH = join(projectDirectory(), 'tools', 'ask-health.mjs');

interface SecuredProgram {
  readonly env: Environment;
  readonly program: Program;
  readonly ports: { readonly grpc: string; readonly http: string; readonly health: string };
}

function folderOf(
  t: TestContext,
  identity: IssuedCertificate,
  options: TlsFolderOptions = {},
): TlsFolder {
  const folder = new TlsFolder(identity, options);
  t.after(() => folder.remove());
  return folder;
}

async function startSecured(t: TestContext, options: TlsFolderOptions): Promise<SecuredProgram> {
  const { certificate, key, clientCa } = folderOf(t, SERVER, options).paths;
  const env = {
    TLS_CERT_FILE: certificate,
    TLS_KEY_FILE: key,
    ...(clientCa === undefined ? {} : { TLS_CLIENT_CA_FILE: clientCa }),
  };
  const program = new Program(t, 'grpc-store', {
    ...env,
    STORAGE: 'memory',
    PORT: '0',
    HEALTH_PORT: '0',
  });
  const banner = /gRPC on [\d.]+:(\d+) \(TLS\), HTTP on https:\/\/[\d.]+:(\d+)/;
  const [, grpc = '', http = ''] = await program.waitFor(banner);
  const inTheClear = /"port":(\d+),"tls":false,"msg":"HTTP is served"/;
  const [, health = ''] = await program.waitFor(inTheClear);
  return { env, program, ports: { grpc, http, health } };
}

/** What a client of the tests is told, beside where the server is. */
function clientEnv(
  t: TestContext,
  prefix: 'STORE_TLS' | 'CASSADRA_TLS',
  mutual: boolean,
): Environment {
  const { certificate, key, clientCa = '' } = folderOf(t, CLIENT, { clientCa: AUTHORITY }).paths;
  const end = prefix === 'STORE_TLS' ? '_FILE' : '';
  return {
    [`${prefix}_CA${end}`]: clientCa,
    [`${prefix}_SERVER_NAME`]: SERVER_NAME,
    ...(mutual ? { [`${prefix}_CERT${end}`]: certificate, [`${prefix}_KEY${end}`]: key } : {}),
  };
}

async function exitOf(program: Program): Promise<string> {
  const { code } = await program.exit();
  return `${code}: ${program.output}`;
}

describe('programs with TLS', () => {
  test('test client, polling client, CLI and health check against a server with TLS', async (t) => {
    const { env, ports } = await startSecured(t, {});
    const store = { STORE_PORT: ports.grpc, ...clientEnv(t, 'STORE_TLS', false) };
    const poller = new Program(t, 'polling-client', { ...store, POLL_INTERVAL_MS: '50' });
    await poller.waitFor(/^Polling /m);
    assert.match(await exitOf(new Program(t, 'test-client', store)), /^0: [^]*Ann rebuilt from 3/);
    await poller.waitFor(/type 1 .*Ann/);
    const cli = { CASSADRA_SERVER: `127.0.0.1:${ports.grpc}` };
    const args = [mainOf('cassadra'), 'types'];
    const right = { ...cli, ...clientEnv(t, 'CASSADRA_TLS', false) };
    assert.match(await exitOf(new Program(t, 'cassadra', right, { args })), /^0: /);
    const wrong = { ...right, CASSADRA_TLS_SERVER_NAME: 'other.test' };
    assert.match(
      await exitOf(new Program(t, 'cassadra', wrong, { args })),
      /^[1-9]\d*: cassadra: no secure connection: the certificate of the server is for another/,
    );
    for (const way of [[], ['http']]) {
      const asked = { ...env, PORT: ports.grpc, HTTP_PORT: ports.http };
      const health = new Program(t, 'health', asked, { args: [ASK_HEALTH, ...way] });
      assert.equal(await exitOf(health), '0: ');
    }
  });

  test('with client certificates; health has a port of its own', async (t) => {
    const { env, ports, program } = await startSecured(t, { clientCa: AUTHORITY });
    const store = { STORE_PORT: ports.grpc, ...clientEnv(t, 'STORE_TLS', true) };
    assert.match(await exitOf(new Program(t, 'test-client', store)), /^0: [^]*Ann rebuilt from 3/);
    const none = { STORE_PORT: ports.grpc, ...clientEnv(t, 'STORE_TLS', false) };
    assert.match(await exitOf(new Program(t, 'test-client', none)), /^1: [^]*client certificate/);
    const health = { ...env, PORT: ports.grpc, HEALTH_PORT: ports.health };
    assert.equal(await exitOf(new Program(t, 'health', health, { args: [ASK_HEALTH] })), '0: ');
    const statusOf = async (path: string): Promise<number | undefined> => {
      const call = get({ host: '127.0.0.1', port: ports.health, path });
      return (await answerTo(call)).statusCode;
    };
    assert.equal(await statusOf('/health/readiness'), 200);
    assert.equal(await statusOf('/v1/streams/s/events'), 404, 'nothing else is served there');
    assert.deepEqual(await program.stop('SIGTERM'), { code: 0, signal: null });
  });

  test('files that do not fit end a program with exit code 2', async (t) => {
    const folder = folderOf(t, SERVER);
    folder.replace('key', OTHER_CLIENT.privateKey);
    const { certificate, key } = folder.paths;
    const env = { TLS_CERT_FILE: certificate, TLS_KEY_FILE: key, PORT: '0', STORAGE: 'memory' };
    const programs = ['grpc-store', 'grpc-sink', 'scheduler'];
    for (const said of await Promise.all(programs.map((name) => exitOf(new Program(t, name, env)))))
      assert.match(said, /^2: [^]*TLS_KEY_FILE: \S+ does not fit the certificate/);
    const half = { TLS_CERT_FILE: certificate, STORAGE: 'memory' };
    assert.match(
      await exitOf(new Program(t, 'grpc-store', half)),
      /^2: TLS_CERT_FILE and TLS_KEY_FILE are set together/,
    );
  });
});
