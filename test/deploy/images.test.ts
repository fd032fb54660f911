import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { projectDirectory, projectVersion } from '../../src/runtime/index.js';
import { freePort } from '../../tools/cassandra/free-port.js';
import { cassandraForTests } from '../../tools/test/cassandra-for-tests.js';
import { Program } from '../e2e/program.js';
import { contextFilter, copyContext, NOT_WALKED } from './clean-context.js';
import { parseDockerfile } from './dockerfile.js';
import { ImageBuild, inImage } from './image-build.js';
import { filesOf, RunningImage } from './running-image.js';

const ROOT = projectDirectory();
const stages = parseDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
const taken = new Set<number>();

async function ports(): Promise<{ readonly PORT: string; readonly HTTP_PORT: string }> {
  const free = async (): Promise<string> => String(await freePort(['127.0.0.1'], taken));
  return { PORT: await free(), HTTP_PORT: await free() };
}

// The steps are for /bin/sh.
describe('each image, built and started in a clean folder', {
  skip: process.platform === 'win32',
}, () => {
  let folder = '';
  let build = new ImageBuild(stages, { context: '', folder: '', log: () => undefined });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cassadra-images-'));
    const [context, roots] = [join(folder, 'context'), join(folder, 'stages')];
    await mkdir(roots);
    const files = await copyContext(ROOT, context);
    const log = (line: string): void => void process.stderr.write(`${line}\n`);
    log(`context: ${files.length} files`);
    build = new ImageBuild(stages, { context, folder: roots, log });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const target of ['grpc-store', 'scheduler', 'grpc-sink']) {
    test(`${target} serves, is found healthy, and ends on SIGTERM`, async (t) => {
      const image = await build.image(target);
      const files = filesOf(image);
      const container = new RunningImage(t, image, { ...(await ports()), INSECURE: 'true' });
      await container.untilHealthy();
      const { code, tookMs } = await container.stop();
      assert.equal(code, 0, container.program.output);
      t.diagnostic(`${target} stopped in ${tookMs} ms`);
      await assert.rejects(container.check(), /no (connection|answer)/);
      assert.deepEqual(filesOf(image), files, 'it writes to its file system, which is read-only');
    });
  }

  test('poll-client reads from the store, and ends on SIGTERM', async (t) => {
    const where = await ports();
    const store = new RunningImage(t, await build.image('grpc-store'), {
      ...where,
      INSECURE: 'true',
    });
    await store.untilHealthy();
    const client = new RunningImage(t, await build.image('poll-client'), {
      STORE_PORT: where.PORT,
      CHECKPOINT_FILE: '/var/lib/cassadra/checkpoint.json',
    });
    await client.program.waitFor(/^Polling /m);
    assert.equal((await client.stop()).code, 0, client.program.output);
    assert.equal((await store.stop()).code, 0);
  });

  test('gentables waits for Cassandra, and ends on SIGTERM', async (t) => {
    // Nothing listens on port 1.
    const env = { CASSANDRA_HOSTS: '127.0.0.1:1' };
    const container = new RunningImage(t, await build.image('gentables'), env);
    await container.program.waitFor(/^Waiting for Cassandra/m);
    assert.equal((await container.stop()).code, 143, container.program.output);
  });

  test('gentables makes the tables', async (t) => {
    const cassandra = await cassandraForTests();
    if ('skip' in cassandra) {
      t.skip(`NO CASSANDRA: ${cassandra.skip}`);
      return;
    }
    const container = new RunningImage(t, await build.image('gentables'), {
      CASSANDRA_HOSTS: cassandra.contactPoint,
      CASSANDRA_KEYSPACE: 'test_images',
    });
    assert.deepEqual(
      await container.program.exit(),
      { code: 0, signal: null },
      container.program.output,
    );
    assert.match(container.program.output, /^The keyspace test_images is ready\.$/m);
  });

  test('the command line is in each image', async (t) => {
    const image = await build.image('grpc-store');
    const args = ['dist/cmd/cassadra/main.js', '--version'];
    const program = new Program(t, 'cassadra', {}, { args, cwd: inImage(image, image.workdir) });
    assert.deepEqual(await program.exit(), { code: 0, signal: null }, program.output);
    assert.match(program.output, new RegExp(`^${projectVersion()}$`, 'm'));
  });

  test('they hold what is needed: no tests, no sources, no development packages', async () => {
    const image = await build.image('grpc-store');
    const files = filesOf(image);
    assert.deepEqual(
      files.filter((file) => /\.test\.|\.tsbuildinfo$/.test(file)),
      [],
    );
    assert.ok(!files.includes('tsconfig.json'));
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const packages = join(image.root, image.workdir, 'node_modules');
    for (const name of Object.keys(dependencies)) {
      assert.doesNotThrow(() => readFileSync(join(packages, name, 'package.json')), name);
    }
    assert.throws(() => readFileSync(join(packages, 'typescript', 'package.json')));
    assert.equal(image.user, '1000:1000');
  });
});

test('.dockerignore lets through nothing that is not tracked or not needed', () => {
  const sent = contextFilter(ROOT);
  for (const folder of NOT_WALKED) assert.equal(sent(`${folder}/x`), false, folder);
  for (const file of [
    '.env',
    'secrets.json',
    'test/a.ts',
    'src/core/x.test.ts',
    'tools/check.mjs',
  ]) {
    assert.equal(sent(file), false, file);
  }
  for (const file of ['package.json', 'src/core/index.ts', 'cql/002-events.cql']) {
    assert.equal(sent(file), true, file);
  }
});
