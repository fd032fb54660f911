import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { freePort } from '../../tools/cassandra/free-port.js';
import type { CommandLine } from './command-line.js';
import { compile, fileNameOf, installInto, readGuide, writeFilesOf } from './guide-files.js';
import { GuideRunner, WAYS } from './guide-runner.js';
import { anchorsOf, localLinksOf } from './markdown.js';
import { ROOT } from './readme-runner.js';

const NAMES = ['bank-account', 'payment-timeout', 'projection', 'delay-queue'] as const;
const OTHERS = [
  'moving-from-the-go-server',
  'containers',
  'kubernetes',
  'tls',
  'security',
  'tracing',
  'deploy',
  'capacity',
  'upgrade',
  'backup',
  'runbook',
  'mirroring',
];
const ALL = [...NAMES, ...OTHERS, 'README'];
const LINES_MAX = 200;
/** One entry a code and an alert: looked up, not read. */
const REFERENCES: ReadonlySet<string> = new Set(['runbook']);
/** How often the projection is killed. */
const KILLS = 8;

type Name = (typeof NAMES)[number];

describe('the guides', { concurrency: 2 }, () => {
  const guides = new Map(NAMES.map((name) => [name, readGuide(name)]));
  const surroundings = new Map<Name, ConstructorParameters<typeof GuideRunner>[2]>();
  let root = '';

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'cassadra-guides-'));
    installInto(root);
    const taken = new Set<number>();
    const paths: string[] = [];
    for (const [name, guide] of guides) {
      const folder = join(root, name);
      const [port, bridge] = [
        await freePort(['127.0.0.1'], taken),
        await freePort(['127.0.0.1'], taken),
      ];
      const replace = new Map([
        ['127.0.0.1:8080', `127.0.0.1:${port}`],
        ['9100', String(bridge)],
      ]);
      surroundings.set(name, { folder, env: { PORT: String(port) }, replace });
      paths.push(...writeFilesOf(guide, folder, replace));
    }
    compile(paths);
  });
  after(() => rm(root, { recursive: true, force: true }));

  function runnerOf(context: TestContext, name: Name): GuideRunner {
    const [guide, around] = [guides.get(name), surroundings.get(name)];
    assert.ok(guide !== undefined && around !== undefined);
    return new GuideRunner(context, guide, around);
  }

  /** Kills the projection, each time at another moment, while events are appended. */
  async function killAgainAndAgain(runner: GuideRunner): Promise<void> {
    for (let round = 1; round <= KILLS; round += 1) {
      const shop = await runner.start(commandOf('node main.js'));
      await runner.running.get('node projection.js')?.waitFor(batches(round % 2));
      await runner.running.get('node projection.js')?.stop('SIGKILL');
      await runner.start(commandOf('node projection.js'));
      assert.deepEqual(await shop.exit(), { code: 0, signal: null }, shop.output);
      runner.running.delete('node main.js');
    }
    const total = 300 * (KILLS + 1);
    const last = runner.running.get('node projection.js');
    await last?.waitFor(new RegExp(`^(going on after )?${total} events$`, 'm'));
  }

  for (const name of NAMES) {
    test(`${name}: what it says is what happens`, async (t) => {
      const runner = runnerOf(t, name);
      await runner.play();
      if (name === 'projection') {
        await killAgainAndAgain(runner);
        const file = readFileSync(join(root, name, 'balances.json'), 'utf8');
        const { events, cents } = JSON.parse(file) as Record<string, unknown>;
        const balance = 2450 * (KILLS + 1);
        const balances = { 'account-ada': balance, 'account-bob': balance, 'account-eve': balance };
        assert.deepEqual([events, cents], [300 * (KILLS + 1), balances]);
      }
      await runner.stop();
    });
  }

  test('every block is run, or says that it is not', () => {
    const known = new Set<string>(WAYS);
    for (const name of ALL) {
      const { path, blocks } = readGuide(name);
      for (const block of blocks) {
        const isFile = fileNameOf(block) !== undefined || block.note.startsWith('shows=');
        const isPicture = block.language === '' && block.note === '';
        assert.ok(isFile || isPicture || known.has(block.note), `${path}:${block.line}`);
      }
    }
  });

  test('they are short, listed in the index, and link to what exists', () => {
    const names = readdirSync(`${ROOT}docs/guides`).map((file) => file.replace(/\.md$/, ''));
    assert.deepEqual(names.toSorted(), ALL.toSorted());
    const index = localLinksOf(readGuide('README').text);
    for (const name of ALL) {
      const { path, text } = readGuide(name);
      assert.ok(name === 'README' || index.includes(`${name}.md`), `the index lacks ${name}`);
      const lines = text.trimEnd().split('\n').length;
      assert.ok(REFERENCES.has(name) || lines <= LINES_MAX, `${path} is too long`);
      for (const target of localLinksOf(text)) assertExists(path, target);
    }
  });
});

function assertExists(page: string, target: string): void {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? join(ROOT, page) : join(ROOT, dirname(page), file);
  assert.ok(existsSync(path), `${page}: ${target} does not exist`);
  if (anchor === undefined) return;
  assert.ok(anchorsOf(readFileSync(path, 'utf8')).includes(anchor), `${target}: no heading`);
}

function commandOf(line: string): CommandLine {
  return { env: {}, words: line.split(' ') };
}

/** So many batches in what the projection prints. */
function batches(count: number): RegExp {
  return new RegExp(`^going on after [^]*(^\\d+ events$[^]*){${count}}`, 'm');
}
