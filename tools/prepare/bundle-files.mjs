// The files of dist/bundle, and the record of them by which a lost or cut one is noticed.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const RECORD = 'files.json';
/** A server that runs may still import a file of the bundle that it was started from. */
const KEPT_MS = 24 * 60 * 60_000;

const folderOf = (dist) => join(dist, 'bundle');

/** True unless every file is there as it was written. */
export function bundleIncomplete(dist) {
  const folder = folderOf(dist);
  const record = join(folder, RECORD);
  if (!existsSync(record)) return true;
  const files = Object.entries(JSON.parse(readFileSync(record, 'utf8')));
  return files.some(
    ([name, bytes]) => statSync(join(folder, name), { throwIfNoEntry: false })?.size !== bytes,
  );
}

/** Writes the files. Who is interrupted leaves no record, so that it is done again. */
export function writeBundle(dist, files) {
  const folder = folderOf(dist);
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, RECORD), { force: true });
  // The names of parts tell their content, so the programs, which name the parts, come last.
  const isProgram = ({ name }) => !/-[A-Z0-9]{8}\.js(\.map)?$/.test(name);
  const parts = files.filter((file) => !isProgram(file));
  for (const { name, contents } of [...parts, ...files.filter(isProgram)]) {
    replaceFile(join(folder, name), contents);
  }
  removeOld(folder, new Set(files.map(({ name }) => name)));
  const sizes = files.map(({ name, contents }) => [name, contents.length]);
  replaceFile(join(folder, RECORD), JSON.stringify(Object.fromEntries(sizes)));
}

function replaceFile(path, contents) {
  const unfinished = `${path}.new`;
  writeFileSync(unfinished, contents);
  renameSync(unfinished, path);
}

function removeOld(folder, wanted) {
  for (const name of readdirSync(folder).filter((entry) => !wanted.has(entry))) {
    const path = join(folder, name);
    if (Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path);
  }
}
