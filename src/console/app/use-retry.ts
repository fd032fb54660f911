import { ApiError } from '../api/api-error.js';
import { useEvery } from './use-every.js';

const INTERVAL_MS = 2_000;
/** These go away by themselves. A server that is started anew answers before it is ready. */
const PASSING: readonly string[] = ['UNREACHABLE', 'NOT_READY', 'UNAVAILABLE'];

/** What failed for want of a server is tried again until the server is back. */
export function useRetry(error: Error | undefined, retry: () => void): void {
  useEvery(INTERVAL_MS, () => {
    if (error instanceof ApiError && PASSING.includes(error.code)) retry();
  });
}
