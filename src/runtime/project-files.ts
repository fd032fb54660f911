import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory of package.json: the same for sources and for what is compiled from them. */
export function projectDirectory(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error('package.json is missing above the program');
    directory = parent;
  }
  return directory;
}

/** The version of package.json. */
export function projectVersion(): string {
  const text = readFileSync(join(projectDirectory(), 'package.json'), 'utf8');
  const described: unknown = JSON.parse(text);
  const known = typeof described === 'object' && described !== null && 'version' in described;
  return known ? String(described.version) : '';
}
