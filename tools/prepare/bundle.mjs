// Bundles the compiled server into the few files of dist/bundle: to find and compile hundreds of
// modules takes Node longer than all else of a start. What is imported late stays a file of its
// own.
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { writeBundle } from './bundle-files.mjs';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const DIST = join(ROOT, 'dist');
const PROGRAMS = ['grpc-store'];

/** They load native code or files beside themselves. All but lmdb are imported late, if at all. */
const EXTERNAL = [
  'lmdb',
  'cassandra-driver',
  'grpc-health-check',
  '@grpc/proto-loader',
  '@grpc/reflection',
];

/** For the packages that are CommonJS: in an ES module there is no `require`. */
const BANNER = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
];

const { outputFiles } = buildSync({
  absWorkingDir: ROOT,
  entryPoints: PROGRAMS.map((name) => ({ in: `dist/cmd/${name}/main.js`, out: name })),
  outdir: 'dist/bundle',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: EXTERNAL,
  banner: { js: BANNER.join('') },
  // Less to read; names stay, and traces show the lines of the sources. An error that nobody
  // catches shows the line that threw: it must not be all of the file.
  minifyWhitespace: true,
  lineLimit: 200,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  write: false,
});

writeBundle(
  DIST,
  outputFiles.map(({ path, contents }) => ({
    name: relative(join(DIST, 'bundle'), path),
    contents,
  })),
);
