import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  code,
  followedStore,
  NEVER,
  type FollowedStore,
} from '../../test/support/followed-store.js';
import { settled, textOf } from '../../test/support/follower.js';
import { ANY_VERSION, requireUuid, type RecordedEvent, type TypeCode } from '../core/index.js';
import type { AppendCommand } from './requests.js';

const ONE = code(1);
const ID = requireUuid('fade87a1-9df9-46bb-aae6-63b2b763094d');

function command(text: string, type: TypeCode | string = ONE): AppendCommand {
  const events = [{ type, content: { kind: 'text', text } as const }];
  return { stream: ID, expected: ANY_VERSION, events };
}

async function streamOf({ store }: FollowedStore): Promise<string[]> {
  const events: RecordedEvent[] = [];
  for await (const chunk of store.readStream({ stream: ID }, NEVER)) events.push(...chunk);
  return events.map(textOf);
}

test('appends that are prepared one after the other keep their order', async () => {
  const one = followedStore();
  let release = (): void => {};
  one.storage.before = (call) =>
    call === 'codeOf' ? new Promise((resolve) => (release = resolve)) : Promise.resolve();
  const results: Promise<unknown>[] = [];
  const send = async (): Promise<void> => {
    for (const [text, type] of [
      ['a', 'New'],
      ['b', ONE],
      ['c', 'New'],
    ] as const) {
      results.push((await one.store.prepareAppend(command(text, type), NEVER))());
    }
  };
  const sent = send();
  await settled();
  assert.equal(results.length, 0, 'the first still waits for its code');
  release();
  await sent;
  await Promise.all(results);
  assert.deepEqual(await streamOf(one), ['a', 'b', 'c']);
});

test('appends at once keep the order of their calls where the types are known', async () => {
  const one = followedStore();
  await one.append(ID, 'Known', '0');
  await one.append(ID, ONE, '1');
  const types = ['Known', ONE, 'Known', ONE, ONE, 'Known'];
  await Promise.all(
    types.map((type, index) => one.store.append(command(String(index + 2), type), NEVER)),
  );
  assert.deepEqual(await streamOf(one), ['0', '1', '2', '3', '4', '5', '6', '7']);
});

test('what was prepared and not sent is not written', async () => {
  const one = followedStore();
  const call = new AbortController();
  const submit = await one.store.prepareAppend(command('x'), call.signal);
  await settled();
  assert.deepEqual(await streamOf(one), []);
  call.abort();
  await assert.rejects(submit(), { code: 'CANCELLED' });
  assert.deepEqual(await streamOf(one), []);
});

test('tells where a stream stands', async () => {
  const one = followedStore();
  const nothing = { currentVersion: 0, firstSavetimeMs: undefined, lastSavetimeMs: undefined };
  assert.deepEqual(await one.store.streamState(ID.toUpperCase(), NEVER), {
    id: ID,
    name: undefined,
    ...nothing,
  });
  const firstSavetimeMs = one.time.nowMs();
  await one.append('patient-1', ONE, 'a', 'b');
  one.time.advance(5_000);
  await one.append('patient-1', ONE, 'c');
  const { id, ...state } = await one.store.streamState('patient-1', NEVER);
  const lastSavetimeMs = firstSavetimeMs + 5_000;
  assert.deepEqual(state, {
    name: 'patient-1',
    currentVersion: 3,
    firstSavetimeMs,
    lastSavetimeMs,
  });
  const walked = await one.store.walkStreams({ after: '', limit: 10 }, NEVER);
  assert.deepEqual(walked.streams, [{ id, name: 'patient-1' }]);
});
