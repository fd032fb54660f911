import { existsSync } from 'node:fs';
import { copyFile, readdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../load/cache-folder.js';
import { SubjectUnavailable } from '../../model/subject.js';
import { protocBinary } from '../native/protoc.js';
import { runTool } from '../native/run-tool.js';

const VERSION = '0.7.8';

export interface UmadbFiles {
  readonly version: string;
  /** The path of the server. */
  readonly server: string;
  /** The path of its proto file. */
  readonly proto: string;
}

/**
 * UmaDB of crates.io, which Cargo builds when it is first needed (some minutes), and the proto file
 * of its sources. Rejects SubjectUnavailable.
 */
export async function umadbFiles(): Promise<UmadbFiles> {
  const root = cacheFolder(`umadb-${VERSION}`);
  const server = join(root, 'bin', 'umadb');
  const proto = join(root, 'umadb.proto');
  if (!existsSync(server)) {
    const options = ['install', 'umadb', '--version', VERSION, '--locked', '--root', root];
    const why = 'UmaDB is built by it';
    await rm(proto, { force: true });
    await runTool('cargo', options, { why, env: { PROTOC: await protocBinary() } });
  }
  if (!existsSync(proto)) await copyFile(await protoOfSources(), proto);
  return { version: VERSION, server, proto };
}

/** Cargo keeps the sources of what it has built. */
async function protoOfSources(): Promise<string> {
  const home = process.env['CARGO_HOME'] ?? join(homedir(), '.cargo');
  const sources = join(home, 'registry', 'src');
  const file = join(`umadb-proto-${VERSION}`, 'proto', 'v1', 'umadb.proto');
  const registries = await readdir(sources).catch(() => []);
  const found = registries.map((registry) => join(sources, registry, file)).find(existsSync);
  if (found === undefined) {
    throw new SubjectUnavailable(`The sources of UmaDB are gone: remove ${cacheFolder('umadb-*')}`);
  }
  return found;
}
