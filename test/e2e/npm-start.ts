import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectDirectory } from '../../src/runtime/index.js';
import type { ProgramStart } from './program.js';

/** The server as `npm start` and its image run it: bundled, with the flags of package.json. */
export function npmStart(...moreFlags: readonly string[]): ProgramStart {
  const cwd = projectDirectory();
  const text = readFileSync(join(cwd, 'package.json'), 'utf8');
  const { scripts } = JSON.parse(text) as { readonly scripts: { readonly start: string } };
  const [, ...args] = scripts.start.split(' ');
  return { args: [...moreFlags, ...args], cwd };
}
