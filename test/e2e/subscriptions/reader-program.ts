import { join } from 'node:path';
import {
  connect,
  consume,
  FileCheckpoints,
  PollingClient,
  type Cassadra,
  type Consumer,
  type RecordedEvent,
} from '../../../src/client/index.js';
import { HandledLog, type HandledEvent } from './handled-log.js';
import { SAVE_EVERY_EVENTS, TYPES, type ReaderPlan, type ReadersPlan } from './reader-plan.js';

// Started by reader-process.ts: all readers of a plan, until a signal ends them. Prints a dot for
// each event that a reader of all types has handled, a comma for each of another reader, an x for
// each time that a subscription connects again.

const plan = JSON.parse(process.argv[2] ?? '') as ReadersPlan;
const store = connect({ address: plan.address, retry: { forMs: 300_000, maxDelayMs: 300 } });
const onDisconnect = (): void => void process.stdout.write('x');

/** A source that the client takes: it refuses keys without a value. */
function sourceOf({ all, types, stream }: ReaderPlan): Parameters<Cassadra['subscribe']>[0] {
  if (all !== undefined) return { all };
  return types === undefined ? { stream: stream ?? '' } : { types };
}

function handledOf({ eventId = '', stream, version }: RecordedEvent): HandledEvent {
  return { eventId, stream, version };
}

/** Starts a reader; answers how to stop it. */
async function start(reader: ReaderPlan): Promise<() => Promise<void>> {
  const log = new HandledLog(join(plan.folder, `${reader.name}.log`), {
    batches: reader.kind === 'batch',
  });
  const checkpoints = new FileCheckpoints(join(plan.folder, `${reader.name}.json`));
  const seesAll = reader.all === true || reader.types?.length === TYPES.length;
  const sign = seesAll ? '.' : ',';
  const progress = (count: number): void => void process.stdout.write(sign.repeat(count));
  if (reader.kind === 'eager') return followEagerly(reader, checkpoints, log, progress);
  const handler = (event: RecordedEvent): void => {
    log.add([handledOf(event)]);
    progress(1);
  };
  const kept = {
    name: 'reader',
    checkpoints,
    checkpointEvery: { events: SAVE_EVERY_EVENTS },
    backoffMaxMs: 300,
  };
  let consumer: Consumer;
  if (reader.kind === 'polling') {
    const types = reader.types ?? [];
    consumer = new PollingClient({ ...kept, store, types, batchSize: 50, handler });
  } else if (reader.kind === 'handler') {
    consumer = consume({ ...kept, store, source: sourceOf(reader), onDisconnect, handler });
  } else {
    consumer = consume({
      ...kept,
      store,
      source: sourceOf(reader),
      onDisconnect,
      // the place is where the effect is
      checkpoints: { load: async () => log.cursor, save: async () => undefined },
      batchHandler: (events, { cursor = '' }) => {
        log.add(events.map(handledOf), cursor);
        progress(events.length);
      },
    });
  }
  await consumer.start();
  consumer.finished().catch(fail);
  return () => consumer.stop();
}

/** Keeps the cursor that comes with the feed; eager events have none. */
async function followEagerly(
  reader: ReaderPlan,
  checkpoints: FileCheckpoints,
  log: HandledLog,
  progress: (count: number) => void,
): Promise<() => Promise<void>> {
  const cursor = await checkpoints.load('eager');
  const subscription = store.subscribe({ ...sourceOf(reader), cursor, eager: true, onDisconnect });
  const follow = async (): Promise<void> => {
    for await (const item of subscription) {
      if (item.kind === 'event') {
        log.add([handledOf(item.event)]);
        progress(1);
      }
      if (item.cursor !== undefined) await checkpoints.save('eager', item.cursor);
    }
  };
  const following = follow();
  following.catch(fail);
  return async () => {
    subscription.close();
    await following;
  };
}

function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}

const stops = await Promise.all(plan.readers.map(start));
process.once('SIGTERM', () => {
  Promise.all(stops.map((stop) => stop())).then(() => store.close(), fail);
});
