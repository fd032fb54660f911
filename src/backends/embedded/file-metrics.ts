import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Metrics } from '../../runtime/index.js';
import { numberIn } from './lmdb-stats.js';
import type { Tables } from './schema.js';

interface Disk {
  readonly bytes: number;
  readonly freeBytes: number;
}

/** Shows how large the data file is until what is returned is called: before the file is closed. */
export function showFile({ root, file }: Tables, metrics: Metrics): () => void {
  const disk = diskOf(dirname(file));
  const shown = [
    metrics.gauge('cassadra_embedded_data_bytes', () => {
      const { pages, pageBytes } = sizesIn(root.getStats());
      return [{ labels: {}, value: pages * pageBytes }];
    }),
    metrics.gauge('cassadra_embedded_map_bytes', () => {
      return [{ labels: {}, value: sizesIn(root.getStats()).mapBytes }];
    }),
    metrics.gauge('cassadra_embedded_disk_free_bytes', () => {
      const known = disk();
      return known === undefined ? [] : [{ labels: {}, value: known.freeBytes }];
    }),
    metrics.gauge('cassadra_embedded_disk_bytes', () => {
      const known = disk();
      return known === undefined ? [] : [{ labels: {}, value: known.bytes }];
    }),
  ];
  return () => {
    for (const end of shown) end();
  };
}

/** What was known when it was asked the time before: a disk that hangs must not hang the server. */
function diskOf(directory: string): () => Disk | undefined {
  let known: Disk | undefined;
  let asking = false;
  const ask = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    try {
      const { bavail, bsize, blocks } = await statfs(directory);
      known = { bytes: blocks * bsize, freeBytes: bavail * bsize };
    } catch {
      known = undefined;
    } finally {
      asking = false;
    }
  };
  void ask();
  return () => {
    void ask();
    return known;
  };
}

/** LMDB numbers pages from 0. */
function sizesIn(stats: object): { pages: number; pageBytes: number; mapBytes: number } {
  return {
    pages: numberIn(stats, 'lastPageNumber') + 1,
    pageBytes: numberIn(stats, 'pageSize'),
    mapBytes: numberIn(stats, 'mapSize'),
  };
}
