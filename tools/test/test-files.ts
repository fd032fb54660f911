import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

const FOLDERS = ['src', 'cmd', 'tools', 'test', 'bench'];

/**
 * The compiled test files below `dist`, sorted, as absolute paths; with filters only those whose
 * path
 * (relative to `dist`, with forward slashes) contains one of them.
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
    .sort();
}
