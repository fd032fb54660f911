import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ANY_VERSION,
  FEED_START,
  parseTypeCode,
  requireUuid,
  type FeedCursor,
  type NewEvent,
} from '../../../core/index.js';
import { SimulatedServer } from './simulated-server.js';
import { createWorld, type World } from './world.js';

const TYPE = parseTypeCode(1) ?? assert.fail();

const UNTIL_MS = 12_500;
/** In these the writing server has not published between the last two reads of the marks. */
const SEEDS = [12, 16, 17, 18];
const NO_FAULTS = { writeFaults: 0, readFaults: 0, markFaults: 0, slowMarks: 0, slowView: 0 };

async function append(world: World, server: SimulatedServer): Promise<string> {
  const { draws } = world;
  const stream = { id: requireUuid(draws.uuid()), name: undefined };
  const event: NewEvent = {
    eventId: requireUuid(draws.uuid()),
    type: TYPE,
    content: { kind: 'text', text: 'e' },
    contentType: undefined,
    metadata: undefined,
  };
  const appends = [{ expected: ANY_VERSION, events: [event], freshIds: true }];
  const { signal } = new AbortController();
  const [outcome] = await server.call((log) => log.append({ stream, appends, signal }));
  assert.equal(outcome?.kind, 'appended');
  return event.eventId;
}

/** One server far behind writes all the time; the other writes, reads and pauses meanwhile. */
async function run(seed: number): Promise<void> {
  const world = createWorld(seed, { mode: 'wild clocks', latencyMs: 8, ...NO_FAULTS });
  const { time } = world;
  const writer = new SimulatedServer(world, 'writer', -20_000);
  const reader = new SimulatedServer(world, 'reader', 0);
  const written: string[] = [];
  const seen: string[] = [];

  async function write(server: SimulatedServer, count: number, everyMs: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      written.push(await append(world, server));
      await time.sleep(everyMs);
    }
  }

  async function read(): Promise<void> {
    let after: FeedCursor = FEED_START;
    while (time.nowMs < UNTIL_MS) {
      const rules = { limit: 1_000, bytesMax: 1_000_000, boundary: 'event' } as const;
      const query = { ...rules, types: [TYPE], after };
      const page = await reader.call((log) => log.readByType(query));
      seen.push(...page.events.map(({ eventId }) => eventId ?? ''));
      after = page.next;
      await time.sleep(5);
    }
  }

  async function act(): Promise<void> {
    await Promise.all([writer.start(), reader.start()]);
    const pause = (): void => reader.process.pause(5_050);
    await Promise.all([
      write(writer, 90, 100),
      time.sleep(1_500).then(() => write(reader, 3, 400)),
      time
        .sleep(3_000)
        .then(() => reader.process.plan({ point: 'marks read', what: 'pause', act: pause })),
      read(),
    ]);
  }

  let done = false;
  const acting = act().finally(() => {
    done = true;
  });
  acting.catch(() => undefined); // awaited below, when time has passed
  await time.run(() => done, 2 * UNTIL_MS);
  await acting;
  assert.ok(world.history.counts.has('pause at marks read'));
  assert.deepEqual(seen.toSorted(), written.toSorted(), `seed ${seed}`);
}

/**
 * The answer to the read of the marks waits while the reading server is paused. It tells nothing
 * of the time since, in which the writing server has published again and again.
 */
test('a server that pauses while it reads the marks takes no living writer for dead', async () => {
  for (const seed of SEEDS) await run(seed);
});
