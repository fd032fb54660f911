import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCassandra } from './cassandra.js';
import type { Place } from './place.js';
import { startPostgres } from './postgres.js';
import { startRedis } from './redis.js';
import type { Service } from './service.js';

export interface OpenPlace extends Place {
  /** Stops what was started, the last first, and removes the folders. */
  close(): Promise<void>;
}

/** Folders below `BENCH_FOLDER`, else the system's folder for temporary files. */
export async function openPlace(): Promise<OpenPlace> {
  const root = await mkdtemp(join(process.env['BENCH_FOLDER'] ?? tmpdir(), 'cassadra-bench-'));
  const started: Promise<Service>[] = [];
  let folders = 0;
  const folder = async (name: string): Promise<string> => {
    folders += 1;
    const path = join(root, `${String(folders)}-${name}`);
    await mkdir(path);
    return path;
  };
  const starting =
    <S extends Service>(name: string, start: (folder: string) => Promise<S>) =>
    (): Promise<S> => {
      const service = folder(name).then(start);
      started.unshift(service);
      return service;
    };
  const startCassandraIn = starting('cassandra', startCassandra);
  let cassandra: ReturnType<typeof startCassandraIn> | undefined;
  return {
    folder,
    postgres: starting('postgres', startPostgres),
    redis: starting('redis', startRedis),
    cassandra: () => {
      cassandra ??= startCassandraIn();
      return cassandra;
    },
    close: async () => {
      for (const service of started) await service.then((it) => it.stop()).catch(() => undefined);
      await rm(root, { recursive: true, force: true });
    },
  };
}
