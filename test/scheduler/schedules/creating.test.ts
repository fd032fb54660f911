import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Killed, WritesOfProcess } from './killed-storage.js';
import { waitFor } from './wait-for.js';
import {
  draft,
  KEY,
  openMemoryWorld,
  runId,
  type Draft,
  type Process,
  type World,
} from './world.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let world: World;
let server: Process;
beforeEach(async () => {
  world = await openMemoryWorld();
  server = world.process();
});
afterEach(() => world.end());

const wish = (rest: Draft = {}): ReturnType<typeof draft> => draft({ overlap: 'allow', ...rest });

/** A process that stops at its second write, the document of a create, until it is let go. */
class HeldUp {
  readonly process: Process;
  #holds = 0;
  #letGo: () => void = () => undefined;
  readonly #held = new Promise<void>((resolve) => {
    this.#letGo = resolve;
  });

  constructor(killedAt = 0) {
    const delay = async (): Promise<void> => {
      this.#holds += 1;
      // find, find, and the change that arms: each waits before and after
      if (this.#holds === 7) await this.#held;
    };
    this.process = world.process(new WritesOfProcess(killedAt, 'killed-before', delay));
  }

  get isHeld(): boolean {
    return this.#holds >= 7;
  }

  letGo(): void {
    this.#letGo();
  }
}

describe('a server that is held up between the task and the schedule', () => {
  test('for seconds: the task waits for it', async () => {
    const held = new HeldUp();
    const created = held.process.schedules.create(wish(), 'reject', world.signal);
    await waitFor(() => held.isHeld);
    await world.pass(30 * SECOND_MS, server);
    assert.equal(await server.schedules.find(KEY), undefined);
    held.letGo();
    assert.equal((await created).outcome, 'created');
    await world.pass(MINUTE_MS, server);
    assert.deepEqual(world.made, [runId(0), runId(MINUTE_MS)]);
  });

  test('for longer than the task waits: it is armed again before the answer', async () => {
    const held = new HeldUp();
    const created = held.process.schedules.create(wish(), 'reject', world.signal);
    await waitFor(() => held.isHeld);
    await world.pass(90 * SECOND_MS, server);
    assert.equal((await world.taskEntry())?.state.status, 'COMPLETED');
    held.letGo();
    await created;
    await world.pass(MINUTE_MS, server);
    assert.deepEqual(
      world.made,
      [0, 1, 2].map((n) => runId(n * MINUTE_MS)),
    );
  });

  test('and dies then: whoever repeats the call has its runs', async () => {
    const held = new HeldUp(3);
    const created = held.process.schedules.create(wish(), 'reject', world.signal);
    await waitFor(() => held.isHeld);
    await world.pass(90 * SECOND_MS, server);
    held.letGo();
    await assert.rejects(created, Killed);
    const again = await server.schedules.create(wish(), 'ok-if-same', world.signal);
    assert.equal(again.outcome, 'existed');
    await world.pass(MINUTE_MS, server);
    assert.equal(world.made.at(-1), runId(2 * MINUTE_MS));
  });

  test('while the task of an earlier schedule of the id comes', async () => {
    await server.schedules.create(wish(), 'reject', world.signal);
    await world.pass(110 * SECOND_MS, server);
    await server.schedules.remove(KEY, world.signal);
    world.made.length = 0;
    const held = new HeldUp();
    const recurrence = { kind: 'interval', everyMs: HOUR_MS, phaseMs: 150 * SECOND_MS } as const;
    const later = wish({ timing: { recurrence } });
    const created = held.process.schedules.create(later, 'reject', world.signal);
    await waitFor(() => held.isHeld);
    // it comes at 120 s and finds none
    await world.pass(15 * SECOND_MS, server);
    held.letGo();
    await created;
    await world.pass(MINUTE_MS, server);
    assert.deepEqual(world.made, [runId(150 * SECOND_MS)]);
  });
});
