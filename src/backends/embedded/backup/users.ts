import { reading } from './read-only.js';

/** A line of LMDB's list of those who read: process, thread, transaction. */
const READER = /^\s*(\d+) [0-9a-f]+ /gm;

/** Other processes that have a data file open, as LMDB knows them: those that have read it. */
export function processesWith(path: string): Promise<readonly number[]> {
  return reading(path, ({ root }) => {
    // those that died without a word
    root.readerCheck();
    const pids = [...root.readerList().matchAll(READER)].map(([, pid]) => Number(pid));
    return [...new Set(pids)].filter((pid) => pid !== process.pid);
  });
}
