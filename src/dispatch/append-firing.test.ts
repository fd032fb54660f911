import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../backends/memory/index.js';
import {
  ANY_VERSION,
  AppError,
  DEFAULT_LIMITS,
  DEFAULT_TIMED_EVENT_LIMITS,
  NO_STREAM,
  requireUuid,
  type AppendTarget,
  type TimedEvent,
} from '../core/index.js';
import { silentLogger, systemComponents } from '../runtime/index.js';
import { createScheduler, Poller } from '../scheduler/index.js';
import { createEventStore, type EventStore } from '../service/index.js';
import type { Backend, ChangeOutcome, EventLog, TimedEvents } from '../storage/index.js';
import { overriding } from '../../test/support/overriding.js';
import { createAppendDispatcher } from './append-dispatcher.js';

const STREAM = requireUuid('fade87a1-9df9-46bb-aae6-63b2b763094d');
const QUEUE_LIMITS = { streamAppendsMax: 10, processAppendsMax: 10, processBytesMax: 1_000_000 };
const KEY = { application: 'shop', eventId: 'a' };
const TEST_TIME = { timeout: 20_000 };
const components = systemComponents(silentLogger);
const { signal } = new AbortController();
const error = new AppError('UNAVAILABLE', 'no node answers');

/** Also stopped when a test fails. */
const running: Poller[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((poller) => poller.stop()));
});

/** The scheduler and the event store on one memory backend. */
class World {
  readonly backend: Backend = openMemory(DEFAULT_MEMORY_SETTINGS, components);
  /** How many appends find no storage. */
  failures = 0;
  readonly #store: EventStore;

  constructor() {
    const { eventLog } = this.backend;
    const append: EventLog['append'] = async (request) => {
      if (this.failures === 0) return eventLog.append(request);
      this.failures -= 1;
      return request.appends.map(() => ({ kind: 'unavailable', error }));
    };
    const broken = overriding(this.backend, { eventLog: overriding(eventLog, { append }) });
    this.#store = createEventStore({
      backend: () => broken,
      limits: DEFAULT_LIMITS,
      queueLimits: QUEUE_LIMITS,
      components,
    });
  }

  startPoller(timedEvents = this.backend.timedEvents): Poller {
    const poller = new Poller({
      timedEvents: () => timedEvents,
      ready: () => true,
      dispatcher: createAppendDispatcher(this.#store, components),
      components,
      settings: { stopGraceMs: 0 },
    });
    poller.start();
    running.push(poller);
    return poller;
  }

  async schedule(change: Partial<AppendTarget> = {}): Promise<void> {
    const scheduler = createScheduler({
      timedEvents: () => this.backend.timedEvents,
      ready: () => true,
      limits: DEFAULT_TIMED_EVENT_LIMITS,
      components,
    });
    const none = { contentType: undefined, metadata: undefined, expected: ANY_VERSION };
    const named = { kind: 'append', stream: STREAM, type: 'Paid', content: 'json' } as const;
    await scheduler.schedule(
      {
        key: KEY,
        dueMs: components.clock.nowMs(),
        payload: Buffer.from('{}'),
        target: { ...named, ...none, ...change },
        retry: { firstDelayMs: 10 },
        timeoutMs: undefined,
        retentionMs: undefined,
        onExists: 'reject',
      },
      signal,
    );
  }

  /** Appends an event of somebody else. */
  async append(): Promise<void> {
    const content = { kind: 'text', text: '{}' } as const;
    const command = { stream: STREAM, expected: ANY_VERSION, events: [{ type: 'Other', content }] };
    await this.#store.append(command, signal);
  }

  version(): Promise<number> {
    return this.backend.eventLog.currentVersion(STREAM);
  }

  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const expired = AbortSignal.timeout(10_000);
    while (!(await holds())) {
      assert.ok(!expired.aborted, what);
      await components.timers.sleep(5);
    }
  }

  /** The entry once it is finished. */
  async finished(): Promise<TimedEvent> {
    let entry: TimedEvent | undefined;
    await this.until('it finishes', async () => {
      entry = await this.backend.timedEvents.find(KEY);
      return entry !== undefined && 'finishedMs' in entry.state;
    });
    assert.ok(entry);
    return entry;
  }
}

function statusesOf({ attempts }: TimedEvent): unknown[] {
  return attempts.map(({ outcome }) =>
    outcome.kind === 'answered' ? outcome.status : outcome.kind,
  );
}

/** Takes no results of attempts: as if the process died between the append and its report. */
function withoutReports(timedEvents: TimedEvents): TimedEvents {
  const change: TimedEvents['change'] = async (step, ended): Promise<ChangeOutcome> => {
    const report = step.to.attempts.length > (step.from?.attempts.length ?? 0);
    return report ? { kind: 'unavailable', error } : timedEvents.change(step, ended);
  };
  return overriding(timedEvents, { change });
}

test('a poller that dies after the append: the next one finds the event', TEST_TIME, async () => {
  const world = new World();
  const dying = world.startPoller(withoutReports(world.backend.timedEvents));
  await world.schedule();
  await world.until('it is appended', async () => (await world.version()) === 1);
  await dying.stop();
  assert.equal((await world.backend.timedEvents.find(KEY))?.state.status, 'PROCESSING');

  world.startPoller();
  const entry = await world.finished();
  assert.equal(entry.state.status, 'COMPLETED');
  assert.deepEqual(statusesOf(entry), ['lost', 200]);
  const outcome = entry.attempts[1]?.outcome;
  assert.ok(outcome?.kind === 'answered');
  assert.match(outcome.body, /"duplicate":true/);
  assert.equal(await world.version(), 1, 'one event');
});

test('the same behind the event of somebody else', TEST_TIME, async () => {
  for (const expected of [ANY_VERSION, NO_STREAM]) {
    const world = new World();
    const dying = world.startPoller(withoutReports(world.backend.timedEvents));
    await world.schedule({ expected });
    await world.until('it is appended', async () => (await world.version()) === 1);
    await dying.stop();
    await world.append();
    world.startPoller();
    assert.equal((await world.finished()).state.status, 'COMPLETED');
    assert.equal(await world.version(), 2, 'no third event');
  }
});

test('a conflict is final', TEST_TIME, async () => {
  const world = new World();
  await world.append();
  world.startPoller();
  await world.schedule({ expected: NO_STREAM });
  const entry = await world.finished();
  assert.ok(entry.state.status === 'FAILED');
  assert.equal(entry.state.reason, 'the event store answered 409');
  assert.deepEqual(statusesOf(entry), [409]);
  assert.equal(await world.version(), 1);
});

test('without storage it is tried again', TEST_TIME, async () => {
  const world = new World();
  world.failures = 2;
  world.startPoller();
  await world.schedule();
  const entry = await world.finished();
  assert.equal(entry.state.status, 'COMPLETED');
  assert.deepEqual(statusesOf(entry), [503, 503, 200]);
  assert.equal(await world.version(), 1);
});
