import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine } from '../engine.js';
import { listEnd, listKey } from './keys.js';
import { decodeStatus } from './record.js';

/** Rows between two turns of the event loop: some ms. */
const STEP_ROWS = 4_000;

/** By the list of the application. What is moved meanwhile may be counted twice, or not. */
export async function countPending(engine: Engine, application: string): Promise<number> {
  const end = listEnd(application);
  let start = listKey(application, { dueMs: 0, eventId: '' });
  let count = 0;
  for (;;) {
    const { timedLists } = engine.snapshot();
    let last: Buffer | undefined;
    let rows = 0;
    for (const { key, value } of timedLists.getRange({ start, end, limit: STEP_ROWS })) {
      last = key;
      rows += 1;
      const status = decodeStatus(value.readUInt8(0));
      if (status === 'PENDING' || status === 'PROCESSING') count += 1;
    }
    if (last === undefined || rows < STEP_ROWS) return count;
    start = Buffer.concat([last, Buffer.of(0)]);
    await nextTurn();
  }
}
