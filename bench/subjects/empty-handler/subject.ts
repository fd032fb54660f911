import { runGhz } from '../../load/ghz.js';
import { runLoad } from '../../load/run-load.js';
import type { Subject } from '../../model/subject.js';
import { packageVersions } from '../../services/package-version.js';
import { appendCall, newStreamRequests } from '../cassadra/append-call.js';
import { encodeLocation } from '../cassadra/location.js';
import type { StoreInput } from '../store-library/store-input.js';
import { startEmptyServer } from './empty-server-process.js';

const CLIENT_LOAD = new URL('../cassadra/load.js', import.meta.url);
/** It does not notice when the same come again. */
const READY_REQUESTS = 1_000;

/** The limit: gRPC in Node.js and the codec, and nothing behind them. It keeps no events. */
export const emptyHandler: Subject = {
  name: 'empty gRPC handler',
  start: async () => {
    const server = await startEmptyServer();
    return {
      version: packageVersions('@grpc/grpc-js'),
      pids: () => [server.pid],
      runs: {
        append: (workload, seconds) => {
          if (workload.call === 'unary') {
            const call = appendCall(server.address, { ...workload, streams: 'one' }, seconds);
            return runGhz({ ...call, data: newStreamRequests(READY_REQUESTS, workload.batch) });
          }
          const location = encodeLocation({ addresses: [server.address], space: 'empty' });
          const input = { location, task: 'measure', workload, seconds } satisfies StoreInput;
          return runLoad(CLIENT_LOAD, input);
        },
      },
      stop: () => server.stop(),
    };
  },
};
