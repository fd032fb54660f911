import { join } from 'node:path';
import type { LoadResult } from '../../model/load-result.js';
import type { Subject } from '../../model/subject.js';
import { measureStarts } from '../native/measure-starts.js';
import { startNative, type NativeServer } from '../native/native-server.js';
import { rest, storeRuns, type CreateStore } from '../store-library/store-runs.js';
import { unaryOnly } from '../store-library/unary-only.js';
import { firstUmadbAppend } from './first-umadb-append.js';
import { umadbAppend } from './umadb-append.js';
import { umadbFiles } from './umadb-binary.js';
import { encodeUmadbLocation, type UmadbLocation } from './umadb-location.js';

/** An event store in Rust. Appends under way are flushed together before they are answered. */
export const umadb: Subject = {
  name: 'UmaDB',
  start: async (place) => {
    const { server: path, proto, version } = await umadbFiles();
    const server = await startServer(path, await place.folder('umadb'));
    const startFolder = await place.folder('umadb-starts');
    const { address } = server;
    const load = new URL('load.js', import.meta.url);
    let starting = false;
    const starts = async (seconds: number): Promise<LoadResult> => {
      starting = true;
      const start = (): Promise<NativeServer> => startServer(path, startFolder);
      try {
        return await measureStarts({ start, call: firstUmadbAppend }, seconds);
      } finally {
        starting = false;
      }
    };
    return {
      version,
      // while others are started, the one at rest is none of them
      pids: () => (starting ? [] : [server.pid]),
      runs: {
        ...storeRuns(load, spaces({ address, proto })),
        append: (workload, seconds) => umadbAppend({ address, proto }, workload, seconds),
        rest: (_workload, seconds) => rest(seconds),
        start: (_workload, seconds) => starts(seconds),
      },
      can: unaryOnly,
      stop: () => server.stop(),
    };
  },
};

function startServer(path: string, folder: string): Promise<NativeServer> {
  const args = (port: number): string[] => [
    ...['--listen', `127.0.0.1:${String(port)}`],
    ...['--db-path', join(folder, 'uma.db')],
  ];
  return startNative({ path, options: (port) => ({ args: args(port) }) });
}

/** All workloads share the one store; each has tags and a type of its own in it. */
function spaces(place: Omit<UmadbLocation, 'space'>): CreateStore {
  let made = 0;
  return (name) => {
    made += 1;
    return Promise.resolve(encodeUmadbLocation({ ...place, space: `${name}_${String(made)}` }));
  };
}
