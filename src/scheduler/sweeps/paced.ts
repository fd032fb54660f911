import { endOf } from '../../core/index.js';
import type { Components } from '../../runtime/index.js';

export interface Pace {
  /** So many begin in a second. */
  readonly perSecond: number;
  /** So many at most are under way. */
  readonly atOnce: number;
}

/**
 * Does `work` for each item, no faster than the pace: also the last one has its time. What it
 * throws ends it all, once nothing is under way; so does the signal.
 */
export async function paced<Item>(
  items: readonly Item[],
  { perSecond, atOnce }: Pace,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
  { clock, timers, signal }: Pick<Components, 'clock' | 'timers'> & { signal: AbortSignal },
): Promise<void> {
  const startMs = clock.monotonicMs();
  const until = async (index: number, ended: AbortSignal): Promise<void> => {
    const waitMs = startMs + (index * 1_000) / perSecond - clock.monotonicMs();
    if (waitMs > 0) await timers.sleep(waitMs, ended);
  };
  const left = items.entries();
  let broken = false;
  const worker = async (ended: AbortSignal): Promise<void> => {
    for (const [index, item] of left) {
      await until(index, ended);
      if (broken || ended.aborted) return;
      try {
        await work(item, ended);
      } catch (error) {
        broken = true;
        throw error;
      }
    }
  };
  // one signal each: storages and timers listen to them, and one for all has too many listeners
  const endings = Array.from({ length: Math.min(atOnce, items.length) }, () => {
    return new AbortController();
  });
  const end = (): void => {
    for (const ending of endings) ending.abort(signal.reason);
  };
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  const ends = await Promise.allSettled(endings.map((ending) => worker(ending.signal)));
  signal.removeEventListener('abort', end);
  const failure = ends.find(({ status }) => status === 'rejected');
  if (failure?.status === 'rejected') throw failure.reason;
  await until(items.length, signal);
  if (signal.aborted) throw endOf(signal);
}
