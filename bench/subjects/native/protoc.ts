import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../load/cache-folder.js';
import { SubjectUnavailable } from '../../model/subject.js';
import { runTool } from './run-tool.js';

const VERSION = '4.31.1';
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
const MACHINES = new Map([
  ['x64', 'x86_64'],
  ['arm64', 'aarch_64'],
]);

/** The compiler of proto files, which Maven fetches once. Rejects SubjectUnavailable. */
export async function protocBinary(): Promise<string> {
  const machine = MACHINES.get(process.arch);
  if (machine === undefined)
    throw new SubjectUnavailable(`There is no protoc for ${process.arch}.`);
  const folder = cacheFolder(`protoc-${VERSION}`);
  const path = join(folder, `protoc-${VERSION}-linux-${machine}.exe`);
  if (!existsSync(path)) {
    const artifact = `com.google.protobuf:protoc:${VERSION}:exe:linux-${machine}`;
    const options = [`-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`];
    await runTool('mvn', ['-q', '-B', COPY, ...options], { why: 'it fetches protoc' });
  }
  await chmod(path, 0o755);
  return path;
}
