import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Subject } from '../../model/subject.js';
import { productVersion } from '../../services/package-version.js';
import { ownKeyspace } from '../cassadra/own-keyspace.js';
import { runGrowth } from './run-growth.js';

const BLOCK_BYTES = 512;
const MIB = 2 ** 20;

export const growthEmbedded: Subject = {
  name: 'Cassadra, embedded',
  start: (place) => {
    const running = runGrowth(async () => {
      const folder = await place.folder('growth');
      return {
        env: { STORAGE: 'embedded', DATA_DIR: folder },
        dataMiB: () => mibIn(folder),
        remove: () => rm(folder, { recursive: true, force: true }),
      };
    });
    return Promise.resolve({ ...running, version: productVersion() });
  },
};

/** CPU and memory are the servers', without Cassandra's. */
export const growthOnCassandra: Subject = {
  name: 'Cassadra, Cassandra',
  start: async (place) => {
    const { env, version, drop } = await ownKeyspace(place, 'bench_growth');
    const running = runGrowth(async () => {
      await drop();
      return {
        env: { ...env, CREATE_SCHEMA: 'true' },
        dataMiB: () => Promise.resolve(undefined),
        remove: drop,
      };
    });
    return { ...running, version };
  },
};

/** What the files of a folder take on the disk, without their holes. */
async function mibIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const file of await readdir(folder, { recursive: true })) {
    bytes += (await stat(join(folder, file))).blocks * BLOCK_BYTES;
  }
  return bytes / MIB;
}
