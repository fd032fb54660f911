import { StoreUnavailableError } from './errors.js';
import type { ClientTime } from './time.js';

/**
 * The next item, or StoreUnavailableError when it does not come in time. What was asked for is
 * left alone then: end its source.
 */
export async function pullInTime<Item>(
  source: AsyncIterator<Item>,
  timeoutMs: number,
  time: Pick<ClientTime, 'sleep'>,
): Promise<IteratorResult<Item>> {
  const over = new AbortController();
  const late = time.sleep(timeoutMs, over.signal).then(() => undefined);
  try {
    const first = await Promise.race([source.next(), late]);
    if (first !== undefined) return first;
    throw new StoreUnavailableError('DEADLINE_EXCEEDED', `no answer for ${timeoutMs} ms`);
  } finally {
    over.abort();
  }
}
