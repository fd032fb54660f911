import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AppendTarget } from '../../../src/core/index.js';
import type { Dispatcher } from '../../../src/scheduler/index.js';
import type { TimedEvents } from '../../../src/storage/index.js';
import { overriding } from '../../support/overriding.js';
import { answer } from '../fake-dispatcher.js';
import { FailureWorld } from './failure-world.js';

type Side = 'before' | 'after';

/** A process that dies at one of its writes: from then on nothing of it ever comes back. */
class MortalProcess {
  writes = 0;
  readonly #world: FailureWorld;
  readonly #at: number;
  readonly #side: Side;

  constructor(world: FailureWorld, at: number, side: Side) {
    this.#world = world;
    this.#at = at;
    this.#side = side;
  }

  get isDead(): boolean {
    return this.writes >= this.#at;
  }

  start(): void {
    const { storage, streams } = this.#world;
    const timedEvents: TimedEvents = overriding(storage, {
      change: (step, signal) => this.#write(() => storage.change(step, signal)),
      find: (key) => (this.isDead ? never() : storage.find(key)),
    });
    const appends: Dispatcher<AppendTarget> = {
      call: (call) => this.#write(() => streams.call(call)),
      close: () => Promise.resolve(),
    };
    this.#world.process(timedEvents, appends);
  }

  async #write<Result>(write: () => Promise<Result>): Promise<Result> {
    if (this.isDead) return never();
    this.writes += 1;
    if (!this.isDead) return write();
    if (this.#side === 'after') await write();
    const [first] = this.#world.storage.pollers;
    if (first !== undefined) this.#world.storage.kill(first);
    return never();
  }
}

function never<Result>(): Promise<Result> {
  return new Promise(() => undefined);
}

/** Answers whether the process died. */
async function oneEventIn(world: FailureWorld, at: number, side: Side): Promise<boolean> {
  const first = new MortalProcess(world, at, side);
  first.start();
  world.dispatcher.receivers.set('receiver.test:1', async () => answer(404));
  await world.schedule('a', 100);
  await world.pass(1_500, 10);
  const died = first.isDead;
  world.process();
  await world.until('an event', () => world.streams.events.size > 0);
  await world.pass(5_000, 20);
  assert.equal(world.streams.events.size, 1, `at ${at}`);
  assert.equal(world.status('a'), 'FAILED');
  return died;
}

describe('a process that dies at any write between the last attempt and the event', () => {
  for (const side of ['before', 'after'] as const) {
    test(`${side} the write: the event is there once`, async () => {
      for (let at = 1; ; at += 1) {
        const world = new FailureWorld();
        try {
          if (await oneEventIn(world, at, side)) continue;
        } finally {
          await world.end();
        }
        // the claim, the task, FAILED, the claim of the task, the append, the end of the task
        assert.equal(at, 7);
        break;
      }
    });
  }
});

test('two processes that both meet the failure append one event', async () => {
  const world = new FailureWorld();
  try {
    world.process();
    world.process();
    const event = await world.schedule('a', -10_000, { retry: { maxAgeMs: 1_000 } });
    world.storage.notice(event, event.plan.dueMs);
    await world.until('an event', () => world.streams.events.size > 0);
    await world.pass(5_000, 20);
    assert.equal(world.streams.events.size, 1);
  } finally {
    await world.end();
  }
});
