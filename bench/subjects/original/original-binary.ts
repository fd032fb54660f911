import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cacheFolder } from '../../load/cache-folder.js';
import { SubjectUnavailable } from '../../model/subject.js';
import { protocBinary } from '../native/protoc.js';
import { runTool } from '../native/run-tool.js';

const PUBLISHED = 'https://github.com/gjuljo/cassandra-event-store';

/** As old as the versions in its go.mod, so that the code they make fits. */
const PLUGINS = [
  'google.golang.org/protobuf/cmd/protoc-gen-go@v1.25.0',
  'google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.0.1',
];

const MAIN = 'cmd/grpc-store/main.go';
const PROTO = 'store/grpc-store.proto';
const CLONED = 'the original server is cloned from BENCH_ORIGINAL';
/** Where a name and a password are wanted, it has to fail. */
const NO_QUESTIONS = { GIT_TERMINAL_PROMPT: '0' };
const SHORT_COMMIT = 12;

export interface OriginalBinary {
  readonly path: string;
  /** The beginning of its name. */
  readonly commit: string;
}

/**
 * The original server: the newest commit of `BENCH_ORIGINAL` (a path or a URL; default: where it is
 * published), cloned and built as its Dockerfile does, once for each commit. One thing is changed:
 * it listens on loopback only. Rejects SubjectUnavailable.
 */
export async function originalBinary(): Promise<OriginalBinary> {
  const source = process.env['BENCH_ORIGINAL'] ?? PUBLISHED;
  const commit = await newestCommit(source);
  const folder = cacheFolder(`original-${commit}`);
  const path = join(folder, 'grpc-store');
  if (!existsSync(path)) await build(source, commit, folder);
  return { path, commit };
}

async function newestCommit(source: string): Promise<string> {
  const tool = { why: CLONED, env: NO_QUESTIONS };
  const listed = await runTool('git', ['ls-remote', '--', source, 'HEAD'], tool);
  const [commit = ''] = listed.split(/\s/u, 1);
  if (commit === '') throw new SubjectUnavailable(`${source} has no commit: ${CLONED}.`);
  return commit.slice(0, SHORT_COMMIT);
}

async function build(source: string, commit: string, folder: string): Promise<void> {
  const clone = join(folder, 'clone');
  const bin = join(folder, 'bin');
  const cwd = join(clone, 'esexample');
  await rm(clone, { recursive: true, force: true });
  await mkdir(bin, { recursive: true });
  const cloning = { why: CLONED, env: NO_QUESTIONS };
  await runTool('git', ['clone', '--quiet', '--', source, clone], cloning);
  await runTool('git', ['-C', clone, 'checkout', '--quiet', '--detach', commit], cloning);
  const why = 'the original server is built by it';
  for (const plugin of PLUGINS)
    await runTool('go', ['install', plugin], { why, env: { GOBIN: bin } });
  const searched = { PATH: [bin, process.env['PATH'] ?? ''].join(delimiter) };
  const outputs = ['--go_out=.', '--go-grpc_out=.'];
  await runTool(await protocBinary(), [...outputs, PROTO], { why, cwd, env: searched });
  await listenOnLoopback(join(cwd, MAIN));
  const path = join(folder, 'grpc-store');
  // its go.sum lacks a line that today's Go wants to find
  const options = ['build', '-mod=mod', '-o', `${path}.new`, './cmd/grpc-store'];
  await runTool('go', options, { why, cwd });
  await rename(`${path}.new`, path);
}

async function listenOnLoopback(file: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('":"+port', '"127.0.0.1:"+port'));
}
