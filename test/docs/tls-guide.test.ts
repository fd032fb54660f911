import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { mainOf, Program } from '../e2e/program.js';
import { fileNameOf, readGuide } from './guide-files.js';

/** The text of a file that the guide shows. */
function shown(name: string): string {
  const block = readGuide('tls').blocks.find((one) => fileNameOf(one) === name);
  assert.ok(block !== undefined, `the guide shows no ${name}`);
  return block.text;
}

function environmentOf(name: string): Record<string, string> {
  const lines = shown(name).trimEnd().split('\n');
  const pairs = lines.map((line) => line.split('='));
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name, value]));
}

test('the certificates, the server and the client of the guide work together', async (t) => {
  const cwd = mkdtempSync(join(tmpdir(), 'cassadra-tls-guide-'));
  t.after(() => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(join(cwd, 'certificates.sh'), shown('certificates.sh'));
  execFileSync('sh', ['-e', 'certificates.sh'], { cwd, stdio: 'pipe' });
  const start = (name: string, env: Readonly<Record<string, string>>): Program =>
    new Program(t, name, env, { args: [mainOf(name)], cwd });
  const ports = { PORT: '0', HEALTH_PORT: '0' };
  const server = start('grpc-store', {
    ...environmentOf('server.env'),
    ...ports,
    STORAGE: 'memory',
  });
  const [, port = ''] = await server.waitFor(/gRPC on [\d.]+:(\d+) \(TLS\)/);
  const place = { STORE_HOST: 'localhost', STORE_PORT: port };
  const client = start('test-client', { ...environmentOf('client.env'), ...place });
  assert.equal((await client.exit()).code, 0, client.output);
  const { STORE_TLS_CA_FILE = '' } = environmentOf('client.env');
  const stranger = start('test-client', { STORE_TLS_CA_FILE, ...place });
  assert.match(`${(await stranger.exit()).code}: ${stranger.output}`, /^1: [^]*client certificate/);
});
