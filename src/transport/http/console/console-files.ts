import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** A built file, as it is sent. */
export interface ConsoleFile {
  readonly contentType: string;
  readonly bytes: Buffer;
  /** Its name tells its content: a browser may keep it for ever. */
  readonly immutable: boolean;
}

const PAGE = 'index.html';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The files that the build has made: a few, and small. */
export class ConsoleFiles {
  readonly #folder: string;
  #files: ReadonlyMap<string, ConsoleFile> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The file of that path, as `assets/index-1a2b.js`; the page for any other. Undefined: it has not
   * been built, or has no such asset.
   */
  async find(path: string): Promise<ConsoleFile | undefined> {
    const files = await (this.#files ?? readFiles(this.#folder));
    // while it is being built it is looked for again
    if (files.has(PAGE)) this.#files = files;
    return files.get(path) ?? (path.startsWith('assets/') ? undefined : files.get(PAGE));
  }
}

async function readFiles(folder: string): Promise<ReadonlyMap<string, ConsoleFile>> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const known = names.filter((name) => CONTENT_TYPES[extname(name)] !== undefined);
  const files = known.map(async (name): Promise<[string, ConsoleFile]> => {
    const path = name.replaceAll('\\', '/');
    const bytes = await readFile(join(folder, name));
    const contentType = CONTENT_TYPES[extname(name)] ?? '';
    return [path, { contentType, bytes, immutable: path.startsWith('assets/') }];
  });
  return new Map(await Promise.all(files));
}
