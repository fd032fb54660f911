import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { requireUuid, taskKey, type TaskTarget } from '../../core/index.js';
import { FakeTime, silentLogger, systemComponents } from '../../runtime/index.js';
import type { OutgoingCall } from '../dispatcher.js';
import { createTaskDispatcher, type TaskHandler } from './task-dispatcher.js';

const SUBJECT = { task: 'sweep', application: 'shop', id: 'a' } as const;
const TIMEOUT_MS = 60_000;
const yes = (): boolean => true;

let time: FakeTime;
let handler: TaskHandler;
beforeEach(() => {
  time = new FakeTime();
  handler = () => Promise.resolve({ kind: 'done' });
});

function dispatcher(): ReturnType<typeof createTaskDispatcher> {
  const components = { ...systemComponents(silentLogger), clock: time, timers: time };
  const handle: TaskHandler = (subject, call) => handler(subject, call);
  return createTaskDispatcher({ schedule: handle, sweep: handle, failure: handle }, components);
}

function callOf(key = taskKey(SUBJECT)): OutgoingCall<TaskTarget> {
  return {
    key,
    generation: requireUuid('11111111-2222-4333-8444-555555555555'),
    attempt: 1,
    dueMs: 0,
    target: { kind: 'task', task: 'sweep' },
    payload: new Uint8Array([7]),
    timeoutMs: TIMEOUT_MS,
  };
}

const hang: TaskHandler = () => new Promise(() => undefined);
const afterFault = (): object => ({ kind: 'again', atMs: time.nowMs() + 1_000 });

describe('a call of a task', () => {
  test('tells the handler what it is about', async () => {
    handler = async (subject, { payload }) => {
      assert.deepEqual(subject, SUBJECT);
      assert.deepEqual([...payload], [7]);
      return { kind: 'again', atMs: 5 };
    };
    assert.deepEqual(await dispatcher().call(callOf(), yes), { kind: 'again', atMs: 5 });
  });

  test('that is done is answered, as a receiver would', async () => {
    const result = await dispatcher().call(callOf(), yes);
    assert.ok(result.kind === 'answered' && result.status === 200);
  });

  test('is made again a second after a fault', async () => {
    handler = () => Promise.reject(new Error('broken'));
    assert.deepEqual(await dispatcher().call(callOf(), yes), afterFault());
  });

  test('ends in time, also when the handler does not', async () => {
    handler = hang;
    const result = dispatcher().call(callOf(), yes);
    time.advance(TIMEOUT_MS);
    assert.deepEqual(await result, afterFault());
  });

  test('ends with the process, which begins no further one', async () => {
    handler = hang;
    const calls = dispatcher();
    const result = calls.call(callOf(), yes);
    await calls.close();
    assert.deepEqual(await result, afterFault());
    assert.deepEqual(await calls.call(callOf(), yes), { kind: 'withdrawn' });
  });

  test('is not made when it must not begin, nor for a key of a user', async () => {
    handler = () => assert.fail('it was called');
    assert.deepEqual(await dispatcher().call(callOf(), () => false), { kind: 'withdrawn' });
    const foreign = callOf({ application: 'shop', eventId: 'sweep' });
    assert.equal((await dispatcher().call(foreign, yes)).kind, 'refused');
  });
});
