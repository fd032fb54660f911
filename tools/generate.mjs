// Writes src/gen from proto/: the code, and all descriptors with their comments in
// one file. With --check it writes to a temporary folder and
// compares instead: exit 1 and the list of stale files when they differ.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const GEN = join('src', 'gen');
const BUF = join(ROOT, 'node_modules', '@bufbuild', 'buf', 'bin', 'buf');

function buf(...args) {
  const run = spawnSync(process.execPath, [BUF, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    // The plugin is started as `node`: let that be this one.
    env: { ...process.env, PATH: dirname(process.execPath) + delimiter + process.env.PATH },
  });
  if (run.error) throw run.error;
  if (run.status !== 0) throw new Error(`buf ${args[0]} ended with ${run.status}`);
}

/** All files of proto/ and what they import, as one FileDescriptorSet; comments of ours only. */
function descriptorSet(folder) {
  const path = join(folder, 'descriptors.binpb');
  buf('build', 'proto', '--as-file-descriptor-set', '--output', path);
  const set = fromBinary(FileDescriptorSetSchema, readFileSync(path));
  rmSync(path);
  for (const file of set.file) {
    const ours = existsSync(join(ROOT, 'proto', file.name));
    const locations = file.sourceCodeInfo?.location.filter((place) => place.leadingComments !== '');
    file.sourceCodeInfo = undefined;
    if (!ours) continue;
    const commented = locations.map(({ path, leadingComments }) => ({
      $typeName: 'google.protobuf.SourceCodeInfo.Location',
      ...{ path, span: [0, 0, 0], leadingComments, trailingComments: '' },
      leadingDetachedComments: [],
    }));
    file.sourceCodeInfo = { $typeName: 'google.protobuf.SourceCodeInfo', location: commented };
  }
  return Buffer.from(toBinary(FileDescriptorSetSchema, set)).toString('base64');
}

/** Runs buf with its generated files under `target`/src/gen. */
function generate(target) {
  buf('generate', '--output', target);
  const text = `// Written by tools/generate.mjs. DO NOT EDIT.

/** A google.protobuf.FileDescriptorSet of all of proto/ and its imports, in base64. */
export const DESCRIPTOR_SET_BASE64 =
  '${descriptorSet(target)}';
`;
  writeFileSync(join(target, GEN, 'descriptors.ts'), text);
}

/** The TypeScript files below `folder`, as sorted paths relative to it. */
function generatedFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Files that differ between the folders, or stand in one of them only. */
function differences(wanted, found) {
  const names = new Set([...generatedFiles(wanted), ...generatedFiles(found)]);
  return [...names].filter((name) => {
    const pair = [join(wanted, name), join(found, name)];
    if (!pair.every((path) => existsSync(path))) return true;
    const [a, b] = pair.map((path) => readFileSync(path, 'utf8').replaceAll('\r\n', '\n'));
    return a !== b;
  });
}

const target = mkdtempSync(join(tmpdir(), 'cassadra-gen-'));
try {
  generate(target);
  const stale = differences(join(target, GEN), join(ROOT, GEN));
  if (process.argv.includes('--check')) {
    for (const name of stale) console.error(`stale: ${join(GEN, name)} (npm run generate)`);
    if (stale.length > 0) process.exitCode = 1;
  } else {
    // A file whose .proto is gone goes with it.
    for (const name of stale) rmSync(join(ROOT, GEN, name), { force: true });
    generate(ROOT);
    console.log(stale.length === 0 ? 'src/gen is up to date' : `written: ${stale.join(', ')}`);
  }
} finally {
  rmSync(target, { recursive: true, force: true });
}
