import type { Cassadra } from 'cassadra';
import type { OnArrival } from '../../load/timers/timer-client.js';
import { wallClockMs } from '../../load/wall-clock.js';
import type { Receiver } from './receiver.js';

/** Follows the events of a type; each stream is named after its timer. */
export async function watchAppended(
  store: Cassadra,
  type: string,
  arrived: OnArrival,
): Promise<Receiver> {
  const subscription = store.subscribe({ types: [type], from: 'now', eager: true });
  const items = subscription[Symbol.asyncIterator]();
  // from the first "caught up" on nothing can be missed
  for (let item = await items.next(); item.done !== true; item = await items.next()) {
    if (item.value.kind === 'caught-up') break;
  }
  const follow = async (): Promise<void> => {
    for (let item = await items.next(); item.done !== true; item = await items.next()) {
      if (item.value.kind === 'event') arrived(item.value.event.stream, wallClockMs());
    }
  };
  follow().catch((error: unknown) => console.error('load: the subscription ended:', error));
  return { close: () => void subscription.close() };
}
