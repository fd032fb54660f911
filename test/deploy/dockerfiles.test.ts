import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { projectDirectory } from '../../src/runtime/index.js';
import { parseDockerfile, type Stage } from './dockerfile.js';
import { hadolint } from './archives.js';
import { partOrSkip } from './part-or-skip.js';

const run = promisify(execFile);
const ROOT = projectDirectory();
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The files of the original's build commands, and the target that each stands for. */
const THIN = [
  ['Dockerfile.grpcstore', 'grpc-store'],
  ['Dockerfile.grpcsink', 'grpc-sink'],
  ['Dockerfile.pollclient', 'poll-client'],
] as const;

const stages = parseDockerfile(read('Dockerfile'));

/** The stages that a stage is made of, the lowest first. */
function chainOf(name: string): Stage[] {
  const stage = stages.find((candidate) => candidate.name === name);
  return stage === undefined ? [] : [...chainOf(stage.from), stage];
}

function thinFile(file: string, target: string): string {
  const [build, ...chain] = [...chainOf('build'), ...chainOf(target)];
  assert.ok(build !== undefined && chain[0] !== undefined);
  return [
    `# docker build -t esexample/${target} -f ${file} .`,
    `# The target ${target} of Dockerfile, from which this file is written (test/deploy).`,
    '',
    `FROM ${build.from} AS ${build.name}\n${build.body}`,
    `FROM ${chain[0].from}`,
    chain.map(({ body }) => body).join(''),
  ].join('\n');
}

describe('Dockerfile', () => {
  test('the files of the original’s build commands are targets of it', () => {
    for (const [file, target] of THIN) {
      const text = thinFile(file, target);
      if (process.env['WRITE_DOCS'] === '1') writeFileSync(join(ROOT, file), text);
      assert.equal(read(file), text, 'write it anew: WRITE_DOCS=1 npm test -- deploy/dockerfiles');
      const [, image] = parseDockerfile(text);
      const steps = chainOf(target).flatMap(({ instructions }) => instructions);
      assert.deepEqual(image?.instructions, steps);
    }
  });

  test('each target starts a program of ours as an ordinary user, and can be asked for health', () => {
    const below = new Set(stages.map(({ from }) => from));
    const targets = stages.filter(({ name }) => !below.has(name) && name !== 'build');
    assert.equal(targets.length, 5);
    for (const { name } of targets) {
      const steps = chainOf(name).flatMap(({ instructions }) => instructions);
      const command = steps.findLast(({ kind }) => kind === 'cmd');
      assert.ok(command?.kind === 'cmd');
      const [node, flag] = command.command;
      const main = command.command.at(-1) ?? '';
      assert.deepEqual([node, flag], ['node', '--enable-source-maps']);
      const source = main
        .replace(/^dist\/bundle\/([\w-]+)\.js$/, 'cmd/$1/main.ts')
        .replace(/^dist\/(.*)\.js$/, '$1.ts');
      assert.ok(existsSync(join(ROOT, source)), main);
      const user = steps.findLast(({ kind }) => kind === 'user');
      assert.ok(user?.kind === 'user' && user.user === '1000:1000', `${name} runs as root`);
      const listens = steps.some(({ kind }) => kind === 'expose');
      assert.equal(
        steps.some(({ kind }) => kind === 'healthcheck'),
        listens,
        name,
      );
      // Who may listen without asking who calls is for those to say who run it.
      const said = steps.some((step) => step.kind === 'env' && 'INSECURE' in step.variables);
      assert.ok(!said, `${name} switches authentication off`);
    }
  });

  test('hadolint finds nothing', async (t) => {
    const program = await partOrSkip(t, 'hadolint', hadolint);
    if (program === undefined) return;
    const files = ['Dockerfile', ...THIN.map(([file]) => file)].map((file) => join(ROOT, file));
    const { stdout } = await run(program, ['--failure-threshold', 'style', ...files]);
    assert.equal(stdout, '');
  });
});

describe('what reads a Dockerfile', () => {
  const offences = [
    'FROM node:24-slim\nADD x y\n',
    'FROM node:24-slim\nCMD node main.js\n',
    'FROM node:24-slim\nCOPY --link a b\n',
    'FROM node:24-slim\nENV A B\n',
    'FROM --platform=linux/amd64 node:24-slim\n',
    'WORKDIR /app\n',
  ];
  for (const text of offences) {
    test(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseDockerfile(text));
    });
  }
});
