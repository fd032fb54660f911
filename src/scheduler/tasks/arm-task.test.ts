import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../../backends/memory/index.js';
import { AppError, attempted, claimed, requireUuid, taskKey } from '../../core/index.js';
import type { CallResult, Moment, TimedEvent } from '../../core/index.js';
import { FakeTime, silentLogger, systemComponents } from '../../runtime/index.js';
import type { Backend, TimedEvents } from '../../storage/index.js';
import { overriding } from '../../../test/support/overriding.js';
import { armTask, type TaskTools } from './arm-task.js';

const SUBJECT = { task: 'sweep', application: 'shop', id: 'a' } as const;
const KEY = taskKey(SUBJECT);

let time: FakeTime;
let backend: Backend;
let tools: TaskTools;
beforeEach(() => {
  time = new FakeTime();
  const components = { ...systemComponents(silentLogger), clock: time };
  backend = openMemory(DEFAULT_MEMORY_SETTINGS, components);
  const { timedEvents } = backend;
  tools = { timedEvents, components, signal: new AbortController().signal };
});
afterEach(() => backend.close());

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function entry(): Promise<TimedEvent> {
  const event = await backend.timedEvents.find(KEY);
  assert.ok(event !== undefined);
  return event;
}

async function change(from: TimedEvent, to: TimedEvent | undefined): Promise<TimedEvent> {
  assert.ok(to !== undefined);
  const outcome = await backend.timedEvents.change({ from, to }, tools.signal);
  assert.equal(outcome.kind, 'changed');
  return to;
}

function moment(): Moment {
  return { nowMs: time.nowMs(), change: requireUuid(tools.components.ids.newId()) };
}

async function claimTask(): Promise<TimedEvent> {
  const pending = await entry();
  const poller = requireUuid(tools.components.ids.newId());
  const claim = { poller, epoch: 1, claimedMs: time.nowMs() };
  return change(pending, claimed(pending, claim, moment()));
}

function ended(claim: TimedEvent, result: CallResult): TimedEvent | undefined {
  return attempted(claim, { result, startedMs: 0, durationMs: 0, chance: 0 }, moment());
}

const dueMs = async (): Promise<number> => {
  const { state } = await entry();
  assert.ok(state.status === 'PENDING');
  return state.nextMs;
};

describe('arming a task', () => {
  test('moves it to an earlier time, never to a later one', async () => {
    await armTask(SUBJECT, 2_000, tools, bytes('a'));
    await armTask(SUBJECT, 3_000, tools);
    assert.equal(await dueMs(), 2_000);
    await armTask(SUBJECT, 1_000, tools);
    assert.equal(await dueMs(), 1_000);
    assert.deepEqual((await entry()).plan.payload, bytes('a'));
  });

  test('gives it another payload, and leaves its time', async () => {
    await armTask(SUBJECT, 1_000, tools, bytes('a'));
    await armTask(SUBJECT, 2_000, tools, bytes('b'));
    assert.equal(await dueMs(), 1_000);
    assert.deepEqual((await entry()).plan.payload, bytes('b'));
  });

  test('one that is under way is called again, whatever it answers now', async () => {
    await armTask(SUBJECT, 0, tools, bytes('a'));
    const claim = await claimTask();
    await armTask(SUBJECT, time.nowMs() + 500, tools);
    const late = ended(claim, { kind: 'again', atMs: time.nowMs() + 86_400_000 });
    assert.ok(late !== undefined);
    const outcome = await backend.timedEvents.change({ from: claim, to: late }, tools.signal);
    assert.equal(outcome.kind, 'differs');
    assert.equal(await dueMs(), time.nowMs() + 500);
    assert.deepEqual((await entry()).plan.payload, bytes('a'));
  });

  test('one that is done begins anew', async () => {
    await armTask(SUBJECT, 0, tools);
    const done = { kind: 'answered', status: 200, body: '', retryAfterMs: undefined } as const;
    const claim = await claimTask();
    await change(claim, ended(claim, done));
    await armTask(SUBJECT, 5_000, tools);
    assert.equal(await dueMs(), 5_000);
  });

  test('two at once: it comes at the earlier of their times', async () => {
    await Promise.all([armTask(SUBJECT, 2_000, tools), armTask(SUBJECT, 1_000, tools)]);
    assert.equal(await dueMs(), 1_000);
  });

  test('says when nobody knows, and ends with its caller', async () => {
    const inDoubt = overriding<TimedEvents>(backend.timedEvents, {
      change: () => Promise.resolve({ kind: 'unknown' }),
    });
    const refusal = (code: string) => (error: unknown) =>
      error instanceof AppError && error.code === code;
    const doubtful = armTask(SUBJECT, 0, { ...tools, timedEvents: inDoubt });
    await assert.rejects(doubtful, refusal('OUTCOME_UNKNOWN'));
    const hanging = overriding<TimedEvents>(backend.timedEvents, {
      find: () => new Promise(() => undefined),
    });
    const over = new AbortController();
    const hung = armTask(SUBJECT, 0, { ...tools, timedEvents: hanging, signal: over.signal });
    over.abort();
    await assert.rejects(hung, refusal('CANCELLED'));
  });
});
