import { stat } from 'node:fs/promises';
import { open, type RootDatabase } from 'lmdb';
import { checkFile } from '../data-dir.js';
import { damaged } from '../errors.js';
import { LAYOUT, META, TABLES_MAX, type Table } from '../schema.js';

/** A data file that is open for reading: of whatever format, and beside those that write it. */
export interface ReadOnlyFile {
  readonly root: RootDatabase<Buffer, Buffer>;
  readonly meta: Table;
  /** Undefined: an older program made the file, which knows no such table. */
  readonly table: (name: string) => Table | undefined;
}

/** Changes nothing but LMDB's lock file. Throws DATA_DIR_INVALID. */
export async function reading<Result>(
  path: string,
  read: (file: ReadOnlyFile) => Promise<Result> | Result,
): Promise<Result> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.size === 0) throw damaged(`${path} holds no data`);
  await checkFile(path);
  const root = open<Buffer, Buffer>({
    ...{ ...LAYOUT, path, noSubdir: true, maxDbs: TABLES_MAX },
    ...{ readOnly: true, overlappingSync: false },
  });
  try {
    const table = (name: string): Table | undefined => root.openDB<Buffer, Buffer>(name, LAYOUT);
    const meta = table(META);
    if (meta === undefined) throw damaged('it holds data of another program');
    return await read({ root, meta, table });
  } finally {
    await root.close();
  }
}
