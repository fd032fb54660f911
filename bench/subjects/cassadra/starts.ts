import type { LoadResult } from '../../model/load-result.js';
import type { FirstCall } from '../native/first-call.js';
import { measureStarts, type Started } from '../native/measure-starts.js';
import { newStreamRequests } from './append-call.js';
import { startServer, type ServerSettings } from './server-process.js';

/** An append of one event to a new stream. */
const firstAppend: FirstCall = {
  path: '/cassadra.v1.EventStoreService/Append',
  request: () => Buffer.concat(newStreamRequests(1, 1)),
};

/**
 * Starts a server again and again, on the same storage. Latency: from the start of the process to
 * the answer of its first append.
 */
export function measureCassadraStarts(
  env: ServerSettings['env'],
  seconds: number,
): Promise<LoadResult> {
  const start = async (): Promise<Started> => {
    const server = await startServer({ env, until: 'listening' });
    return { address: server.grpcAddress, stop: () => server.stop() };
  };
  return measureStarts({ start, call: firstAppend }, seconds);
}
