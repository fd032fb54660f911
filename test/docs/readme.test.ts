import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Client } from 'cassandra-driver';
import { SETTING_TABLES } from '../../src/runtime/index.js';
import { connectCql } from '../../tools/cql/cql-connection.js';
import { consistencyOf, runStatements } from '../../tools/cql/cql-run.js';
import { splitStatements } from '../../tools/cql/cql-statements.js';
import { freshKeyspace, settingsForTests } from '../cassandra/open-for-tests.js';
import { embeddedStorage } from '../e2e/storages.js';
import { commandsOf, type CommandLine } from './command-line.js';
import { anchorsOf, blocksOf, localLinksOf, proseOf, type Block } from './markdown.js';
import { masked, npmScripts, ReadmeRunner, ROOT, scriptOf } from './readme-runner.js';

const TEXT = readFileSync(`${ROOT}README.md`, 'utf8');
const BLOCKS = blocksOf(TEXT);
/** Blocks that show what a command prints, or what another program prints then. */
const SHOWN = new Set(['output', 'arrives']);
const SHELLS = ['bash', 'bat', 'powershell'];
const APPLIED = '[applied]\n-----------\n      True\n';

const found = await settingsForTests(freshKeyspace());
const skip = 'skip' in found ? found.skip : false;

/** The blocks that are run that way, each with the output that the README shows below it. */
function runBlocks(way: string): (readonly [Block, Block | undefined])[] {
  return BLOCKS.flatMap((block, index) => {
    if (block.note !== `run=${way}`) return [];
    const next = BLOCKS[index + 1];
    return [[block, next?.note === 'output' ? next : undefined] as const];
  });
}

function assertOutput(output: string, expected: Block | undefined): void {
  if (expected === undefined) return;
  const [is, wanted] = [masked(output), masked(expected.text)];
  assert.ok(is.includes(wanted), `README.md:${expected.line} shows\n${wanted}\nbut it was\n${is}`);
}

async function runCommands(runner: ReadmeRunner, way: string): Promise<void> {
  for (const [block, expected] of runBlocks(way)) {
    let output = '';
    for (const command of commandsOf(block.text)) output += await runner.run(command);
    assertOutput(output, expected);
  }
}

/** Three admissions and a discharge: types come apart, so their order is open. */
function seesPatientsOf(runner: ReadmeRunner): Promise<unknown> | undefined {
  const poller = runner.running.get('polling-client');
  return poller?.waitFor(/(type [13] [^\n]*"(ward|from)"[^]*?){4}/);
}

/** What `npm run cql` prints. */
async function printed(client: Client, text: string): Promise<string> {
  const lines: string[] = [];
  await runStatements(client, splitStatements(text), {
    consistency: consistencyOf('ONE'),
    json: false,
    print: (line) => lines.push(line),
    warn: () => undefined,
  });
  return `${lines.join('\n')}\n`;
}

async function stopAll(runner: ReadmeRunner): Promise<void> {
  for (const program of runner.running.values()) {
    assert.deepEqual(await program.stop('SIGINT'), { code: 0, signal: null });
  }
}

describe('the commands of README.md', { concurrency: 1 }, () => {
  test('every way to run a block is run here', () => {
    const ways = BLOCKS.map(({ note }) => note).filter((note) => note !== '' && !SHOWN.has(note));
    assert.deepEqual(
      new Set(ways),
      new Set(['run=embedded', 'run=timer', 'run=cql', 'run=cassandra']),
    );
    assert.equal(runBlocks('embedded').length, 6);
  });

  test('try it: on the embedded store', async (t) => {
    const storage = await embeddedStorage.prepare(t);
    const env = { ...storage, PORT: '0', HTTP_PORT: '0', CALL_TIMEOUT_MS: '10000' };
    const runner = new ReadmeRunner(t, { env, replace: new Map() });
    await runCommands(runner, 'embedded');
    await seesPatientsOf(runner);
    await stopAll(runner);
  });

  test('a call in five seconds', async (t) => {
    const storage = await embeddedStorage.prepare(t);
    const env = { ...storage, PORT: '0', HTTP_PORT: '0', RECEIVER_PORT: '0' };
    const runner = new ReadmeRunner(t, { env, replace: new Map() });
    const outputs: string[] = [];
    for (const [block] of runBlocks('timer')) {
      for (const command of commandsOf(block.text)) outputs.push(await runner.run(command));
    }
    assert.ok(outputs.includes('"PENDING"\n'), outputs.join(''));
    assert.ok(
      outputs.some((text) => text.includes('"eventId":"order-2"')),
      outputs.join(''),
    );
    const receiver = runner.running.get('receiver');
    await receiver?.waitFor(/order-1, attempt 1, \d+ ms after it was due/);
    await receiver?.waitFor(/POST \/nightly \{"job":"nightly"\}/);
    const shown = BLOCKS.find(({ note }) => note === 'arrives');
    assertOutput(receiver?.output ?? '', shown);
    await stopAll(runner);
  });

  // One keyspace for both: making one takes Cassandra seconds. gentables makes it.
  describe('on Cassandra', { skip, concurrency: 1 }, () => {
    if ('skip' in found) return;
    const { contactPoints, keyspace } = found.settings;
    let client: Client;

    before(async () => {
      client = await connectCql({ contactPoints });
    });
    after(async () => {
      await client.execute(`DROP KEYSPACE IF EXISTS ${keyspace}`);
      await client.shutdown();
    });

    test('with Cassandra', async (t) => {
      const env = {
        CASSANDRA_HOSTS: contactPoints.join(','),
        CASSANDRA_KEYSPACE: keyspace,
        PORT: '0',
        HTTP_PORT: '0',
        CALL_TIMEOUT_MS: '10000',
      };
      const runner = new ReadmeRunner(t, { env, replace: new Map([['eventstore', keyspace]]) });
      await runCommands(runner, 'cassandra');
      await seesPatientsOf(runner);
      await stopAll(runner);
    });

    test('the batches and queries give what is shown', async () => {
      const run = (text: string): Promise<string> =>
        printed(client, text.replaceAll('eventstore', keyspace));
      for (const [{ text }, expected] of runBlocks('cql')) {
        const output = await run(text);
        assertOutput(output, expected);
        if (!text.startsWith('BEGIN BATCH')) continue;
        assert.ok(output.includes(APPLIED), output);
        assert.match(await run(text), /\n +False/, 'a second time it is refused');
      }
    });
  });
});

describe('what README.md names exists', () => {
  const shellBlocks = BLOCKS.filter(({ language }) => SHELLS.includes(language));
  const commands: readonly CommandLine[] = shellBlocks.flatMap(({ text }) => commandsOf(text));
  const settings = new Set(SETTING_TABLES.flatMap(({ shape }) => Object.keys(shape)));

  test('npm scripts', () => {
    const inProse = [...proseOf(TEXT).matchAll(/\bnpm (?:run ([\w:-]+)|(start|test))\b/g)];
    const named = [
      ...commands.map(scriptOf),
      ...inProse.map(([, script, word]) => script ?? word),
      ...[...TEXT.matchAll(/[;&] npm (\w+)/g)].map(([, word]) => word),
    ].filter((script) => script !== undefined);
    const scripts = npmScripts();
    assert.deepEqual(
      named.filter((script) => !scripts.has(script)),
      [],
    );
    assert.ok(new Set(named).size >= 8, 'the README names the programs');
  });

  test('settings, with the defaults of the reference', () => {
    const inCommands = commands.flatMap(({ env }) => Object.keys(env));
    const inProse = [...proseOf(TEXT).matchAll(/`([A-Z]+(?:_[A-Z]+)+)(?:=\w+)?`/g)];
    const named = [...inCommands, ...inProse.map(([, name = '']) => name)];
    assert.deepEqual(
      named.filter((name) => !settings.has(name)),
      [],
    );
    const reference = readFileSync(`${ROOT}docs/settings.md`, 'utf8');
    const rows = [...TEXT.matchAll(/^\| ((?:`[A-Z_]+`(?:, )?)+) \| (.*?) \| .*\|$/gm)];
    assert.ok(rows.length >= 10);
    for (const [, names = '', defaults = ''] of rows) {
      const all = names.split(', ');
      const each = all.length === 1 ? [defaults] : defaults.split(', ');
      for (const [index, name] of all.entries()) {
        const row = `| ${name} | ${each[index] ?? ''} |`;
        assert.ok(reference.includes(row), `docs/settings.md has no row ${row}`);
      }
    }
  });

  test('files and headings that it links to', () => {
    for (const target of localLinksOf(TEXT)) {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? `${ROOT}README.md` : join(ROOT, path);
      assert.ok(existsSync(file), `${target} does not exist`);
      if (anchor === undefined) continue;
      assert.ok(anchorsOf(readFileSync(file, 'utf8')).includes(anchor), `${target}: no heading`);
    }
  });

  test('replications, as gentables writes them', () => {
    const rows = [
      ...TEXT.matchAll(/^\| [^|]+ \| `([^`]+)` \| `CREATE KEYSPACE .* = (\{.*\});` \|$/gm),
    ];
    const shown = rows.map(([, setting, statement]) => [setting, statement]);
    const byDataCentre = "'DC1': 3, 'DC2': 3, 'DC3': 3";
    assert.deepEqual(shown, [
      ['1', "{'class': 'SimpleStrategy', 'replication_factor': 1}"],
      ['3', "{'class': 'SimpleStrategy', 'replication_factor': 3}"],
      ['DC1:3,DC2:3,DC3:3', `{'class': 'NetworkTopologyStrategy', ${byDataCentre}}`],
    ]);
  });

  test('links of the other documents', () => {
    for (const path of ['docs/errors.md', 'docs/decisions/README.md', 'src/README.md']) {
      const text = readFileSync(`${ROOT}${path}`, 'utf8');
      for (const target of localLinksOf(text)) {
        const [file = ''] = target.split('#');
        assert.ok(existsSync(join(ROOT, dirname(path), file)), `${path}: ${target} does not exist`);
      }
    }
  });
});
