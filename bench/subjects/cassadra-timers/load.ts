import { randomUUID } from 'node:crypto';
import { connect, type TimedEventRequest } from 'cassadra';
import { loadInput } from '../../load/load-input.js';
import { PAYLOAD } from '../../load/payload.js';
import { runTimerLoad, type TimerLoadInput } from '../../load/timers/run-timer-load.js';
import { startReceiver } from './receiver.js';
import { SeveralStores } from './several-stores.js';
import { watchAppended } from './watch-appended.js';

export interface CassadraTimersInput {
  /** Of the servers through which timers are added, in turn. */
  readonly grpcAddresses: readonly string[];
  /** What is done at the due time. */
  readonly target: 'http' | 'append';
}

const APPLICATION = 'bench';
const TYPE = 'TimerDue';

const input = loadInput<TimerLoadInput & CassadraTimersInput>();
const { grpcAddresses, target } = input;
// one of several may be killed: then another is asked at once
const retry = grpcAddresses.length > 1 ? (false as const) : {};

await runTimerLoad(input, async (arrived) => {
  const [store, ...others] = grpcAddresses.map((address) =>
    connect({ address, timeoutMs: 10_000, retry }),
  );
  if (store === undefined) throw new Error('No address.');
  const stores = new SeveralStores([store, ...others]);
  // the first one may be killed
  const watched = others.at(-1) ?? store;
  const arriving =
    target === 'http' ? await startReceiver(arrived) : await watchAppended(watched, TYPE, arrived);
  const { url } = arriving;
  const targetOf = (stream: string): Pick<TimedEventRequest, 'http' | 'append'> =>
    url === undefined
      ? { append: { stream, type: TYPE, json: PAYLOAD } }
      : { http: { url, json: PAYLOAD } };
  return {
    add: async (due) => {
      const eventId = randomUUID();
      await stores.schedule({ application: APPLICATION, eventId, due, ...targetOf(eventId) });
      return eventId;
    },
    close: async () => {
      arriving.close();
      await Promise.all([store, ...others].map((it) => it.close()));
    },
  };
});
