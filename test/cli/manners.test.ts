import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startStore } from '../e2e/program.js';
import { embeddedStorage } from '../e2e/storages.js';
import { Cli } from './cli.js';

const MAIN = fileURLToPath(new URL('../../cmd/cassadra/main.js', import.meta.url));
/** Without what the user's own files say. */
const PLAIN = ['--norc', '--noprofile', '-c'];
const bash = spawnSync('bash', ['--version']).status === 0;
const zsh = spawnSync('zsh', ['--version']).status === 0;

function completions(words: readonly string[]): string[] {
  const set = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})`;
  const script = [
    `source <('${process.execPath}' '${MAIN}' completion bash)`,
    'complete -p cassadra >&2',
    `${set}; COMP_CWORD=${words.length - 1}; _cassadra; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ].join('\n');
  const { stdout, stderr } = spawnSync('bash', [...PLAIN, script], { encoding: 'utf8' });
  assert.match(stderr, /complete -o default -F _cassadra cassadra/);
  return stdout.split('\n').filter((line) => line !== '');
}

describe('manners of the command line', () => {
  test('completion in bash', { skip: !bash && 'no bash' }, () => {
    assert.deepEqual(completions(['cassadra', 'ex']), ['export']);
    assert.deepEqual(completions(['cassadra', 'timers', 'res']), ['reschedule']);
    assert.deepEqual(completions(['cassadra', 'tail', '--from', '']), ['start', 'now']);
    assert.deepEqual(completions(['cassadra', 'append', 'read', '--exp']), ['--expected']);
    assert.deepEqual(completions(['cassadra', 'export', '--server', '']), []);
    assert.deepEqual(completions(['cassadra', 'types', 'd']), ['declare']);
  });

  test('completion in zsh is valid', { skip: !zsh && 'no zsh' }, () => {
    const script = spawnSync(process.execPath, [MAIN, 'completion', 'zsh']).stdout;
    assert.equal(spawnSync('zsh', ['-n'], { input: script }).status, 0);
  });

  test('a pipe that is closed ends it quietly', { skip: !bash && 'no bash' }, async (t) => {
    const { port } = await startStore(t, await embeddedStorage.prepare(t));
    const lines = '{"type":"A","data":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}\n';
    const cli = Cli.of(t, port);
    for (let index = 0; index < 3; index += 1) {
      await cli.output(['append', 's'], lines.repeat(1_000));
    }
    const script = `set -o pipefail; '${process.execPath}' '${MAIN}' read s | head -n 1`;
    const { stdout, stderr, status } = spawnSync('bash', [...PLAIN, script], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], CASSADRA_SERVER: `127.0.0.1:${port}` },
    });
    assert.deepEqual([status, stderr, stdout.split('\n').length], [0, '', 2]);
  });

  test('Ctrl-C ends what is not meant for it with 130', async (t) => {
    const silent = createServer().listen(0, '127.0.0.1');
    t.after(() => silent.close());
    await once(silent, 'listening');
    const connected = once(silent, 'connection');
    const address = silent.address();
    assert.ok(typeof address === 'object' && address !== null);
    const run = Cli.of(t, address.port).start(['types', '--timeout', '10m']);
    await connected;
    run.child.kill('SIGINT');
    assert.equal((await run.result()).code, 130);
  });

  test('serve takes flags, and ends with 0', async (t) => {
    const { DATA_DIR = '' } = await embeddedStorage.prepare(t);
    const cli = new Cli(t, {});
    const flags = ['--data-dir', DATA_DIR, '--port', '0', '--http-port', '0'];
    const server = cli.start(['serve', ...flags]);
    await server.prints(/gRPC on 127\.0\.0\.1:\d+/);
    server.child.kill('SIGTERM');
    assert.equal((await server.result()).code, 0);
    const wrong = await cli.run(['serve', '--port', 'x']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /PORT must be a whole number/);
  });

  test('schema prints what it would apply', async (t) => {
    const flags = ['--cassandra-keyspace', 'mine', '--cassandra-replication', 'DC1:3'];
    const cql = await new Cli(t, {}).output(['schema', 'print', ...flags]);
    assert.match(cql, /CREATE KEYSPACE IF NOT EXISTS mine[^;]*'NetworkTopologyStrategy', 'DC1': 3/);
    assert.doesNotMatch(cql, /eventstore\./);
  });

  test('without a command it prints its help and ends with 2', async (t) => {
    const { code, stderr } = await new Cli(t, {}).run([]);
    assert.equal(code, 2);
    assert.match(stderr, /^Usage: cassadra /);
  });
});
