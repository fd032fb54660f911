import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** What node writes at its end about each file that it has run. */
const COVERAGE = z.object({
  result: z.array(
    z.object({
      url: z.string(),
      functions: z.array(
        z.object({
          functionName: z.string(),
          ranges: z.array(z.object({ count: z.number() })),
        }),
      ),
    }),
  ),
});
type Script = z.output<typeof COVERAGE>['result'][number];

const SOURCE_MAP = z.object({ sources: z.array(z.string()) });

const PACKAGE = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** The packages of which a program, ended by now, has run something; its NODE_V8_COVERAGE tells. */
export async function loadedPackages(coverageFolder: string): Promise<ReadonlySet<string>> {
  const [report = ''] = await readdir(coverageFolder);
  const text = await readFile(join(coverageFolder, report), 'utf8');
  const { result } = COVERAGE.parse(JSON.parse(text));
  const bundled = result.filter(({ url }) => url.includes('/dist/bundle/'));
  const inside = await Promise.all(bundled.map(packagesInside));
  const names = [...result.map(({ url }) => packageOf(url)), ...inside.flat()];
  return new Set(names.filter((name) => name !== undefined));
}

const packageOf = (path: string): string | undefined => PACKAGE.exec(path)?.[1];

/**
 * A file of the bundle runs its ES modules as it is loaded. A CommonJS module is a function of it,
 * named after its path, and runs once somebody requires it.
 */
async function packagesInside({ url, functions }: Script): Promise<(string | undefined)[]> {
  const required = functions.map(({ functionName, ranges }) => ({
    name: packageOf(functionName),
    ran: (ranges[0]?.count ?? 0) > 0,
  }));
  const commonjs = new Set(required.map(({ name }) => name));
  const text = await readFile(`${fileURLToPath(url)}.map`, 'utf8');
  const inside = SOURCE_MAP.parse(JSON.parse(text)).sources.map(packageOf);
  return [
    ...required.filter(({ ran }) => ran).map(({ name }) => name),
    ...inside.filter((name) => !commonjs.has(name)),
  ];
}
