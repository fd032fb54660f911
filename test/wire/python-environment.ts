import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectDirectory } from '../../src/runtime/index.js';

const run = promisify(execFile);

/** Exactly these. */
const PACKAGES = ['grpcio==1.85.1', 'grpcio-tools==1.85.1', 'protobuf==7.36.2'];

const DIRECTORY = join(homedir(), '.cache', 'cassadra', 'python-grpcio-1.85.1');

const INSTALL_MS = 300_000;

/** A Python with grpcio: its program. Made once for all checkouts. Throws when that fails. */
export async function pythonWithGrpc(): Promise<string> {
  const python = join(DIRECTORY, 'bin', 'python');
  if (existsSync(python)) return python;
  const draft = `${DIRECTORY}.${process.pid}`;
  await mkdir(join(DIRECTORY, '..'), { recursive: true });
  try {
    await run('python3', ['-m', 'venv', draft], { timeout: INSTALL_MS });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES];
    await run(join(draft, 'bin', 'python'), pip, { timeout: INSTALL_MS });
    // whole or not at all: another test run may do the same
    await rename(draft, DIRECTORY).catch((error: unknown) => {
      if (!existsSync(python)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return python;
}

/** Generates Python from our proto files into a directory. */
export async function generatePython(python: string, directory: string): Promise<void> {
  const proto = join(projectDirectory(), 'proto');
  const google = join(projectDirectory(), 'node_modules', 'protobufjs');
  // protobufjs writes the files of google.protobuf in a way of its own
  const where = 'import grpc_tools, os; print(os.path.dirname(grpc_tools.__file__))';
  const { stdout } = await run(python, ['-c', where]);
  const own = join(stdout.trim(), '_proto');
  const files = ['event_store', 'expected_state'].map((name) => `cassadra/v1/${name}.proto`);
  await run(python, [
    ...['-m', 'grpc_tools.protoc', `-I${proto}`, `-I${own}`, `-I${google}`],
    ...[`--python_out=${directory}`, `--grpc_python_out=${directory}`],
    ...files,
    ...['google/api/annotations.proto', 'google/api/http.proto'],
  ]);
}
