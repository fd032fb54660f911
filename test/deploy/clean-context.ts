import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { parseDockerIgnore, type ContextFilter } from './docker-ignore.js';

/** Never sent, and too many to be looked at one by one: a test asks the filter about them. */
export const NOT_WALKED: ReadonlySet<string> = new Set(['.git', 'dist', 'node_modules', 'data']);

function filesBelow(folder: string, root: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    const name = relative(root, path).split(sep).join('/');
    if (entry.isDirectory()) return NOT_WALKED.has(name) ? [] : filesBelow(path, root);
    return [name];
  });
}

export function contextFilter(root: string): ContextFilter {
  return parseDockerIgnore(readFileSync(join(root, '.dockerignore'), 'utf8'));
}

/** Copies what `docker build` would be sent from `root`, and nothing else; answers the paths. */
export async function copyContext(root: string, to: string): Promise<string[]> {
  const files = filesBelow(root, root).filter(contextFilter(root));
  for (const file of files) {
    await mkdir(dirname(join(to, file)), { recursive: true });
    await cp(join(root, file), join(to, file));
  }
  return files;
}
