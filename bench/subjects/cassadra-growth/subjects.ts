import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Subject } from '../../model/subject.js';
import { createKeyspace } from '../../services/create-keyspace.js';
import { productVersion } from '../../services/package-version.js';
import { runGrowth } from './run-growth.js';

const KEYSPACE = 'bench_growth';
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
    const { hosts, version } = await place.cassandra();
    const env = {
      STORAGE: 'cassandra',
      CASSANDRA_HOSTS: hosts,
      CASSANDRA_KEYSPACE: KEYSPACE,
      CREATE_SCHEMA: 'true',
    };
    const empty = (): Promise<void> => createKeyspace(hosts, KEYSPACE, []);
    const running = runGrowth(async () => {
      await empty();
      return { env, dataMiB: () => Promise.resolve(undefined), remove: empty };
    });
    return { ...running, version: `${productVersion()}, Cassandra ${version}` };
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
