import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

const FOLDERS = ['src', 'cmd', 'tools', 'test', 'bench'];
/** Runs of many processes: last, when little else is left to be disturbed or to disturb them. */
const LAST = /^test\/faults\/[^/]*runs/;

/**
 * The compiled test files below `dist`, in the order in which they should run, as absolute paths;
 * with filters only those whose path (relative to `dist`, with forward slashes) contains one.
 */
export async function testFiles(dist: string, filters: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const folder of FOLDERS) {
    if (!existsSync(join(dist, folder))) continue;
    const entries = await readdir(join(dist, folder), { recursive: true });
    files.push(
      ...entries
        .filter((entry) => entry.endsWith('.test.js'))
        .map((entry) => join(dist, folder, entry)),
    );
  }
  const named = (file: string): string => relative(dist, file).split(sep).join('/');
  return files
    .filter(
      (file) => filters.length === 0 || filters.some((filter) => named(file).includes(filter)),
    )
    .sort()
    .sort((left, right) => Number(LAST.test(named(left))) - Number(LAST.test(named(right))));
}
