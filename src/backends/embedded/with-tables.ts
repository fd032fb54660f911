import { prepareDataDir } from './data-dir.js';
import { openTables, type Tables } from './schema.js';

/** For tests: the tables alone. Opening begins an upgrade of older data, but does not go on. */
export async function withTables<Answer>(
  dataDir: string,
  body: (tables: Tables) => Answer | Promise<Answer>,
): Promise<Answer> {
  const tables = await openTables(await prepareDataDir(dataDir));
  try {
    return await body(tables);
  } finally {
    await tables.root.close();
  }
}
