import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SavetimeCheckpoints } from './savetime-checkpoints.js';
import type { StoregrpcEvents, StoregrpcEvent, StoregrpcTypeRequest } from './storegrpc-client.js';
import {
  StoregrpcPollingClient,
  type StoregrpcPollingFailure,
  type PollingTime,
  type StoregrpcPollingOptions,
} from './storegrpc-polling-client.js';

const NOW_MS = 1_700_000_000_000;

/** Time in which every pause is noted and over at once; chance is always the middle. */
class NotedTime implements PollingTime {
  readonly pauses: number[] = [];

  nowMs(): number {
    return NOW_MS;
  }

  async sleep(ms: number): Promise<void> {
    this.pauses.push(ms);
    await new Promise((resolve) => setImmediate(resolve));
  }

  random(): number {
    return 0.5;
  }
}

function event(name: string, savetimeMs: number, type = 1): StoregrpcEvent {
  return { id: 'a', type, payload: name, savetimeMs };
}

function page(...events: StoregrpcEvent[]): StoregrpcEvents {
  return { events, latestMs: events.at(-1)?.savetimeMs ?? 0 };
}

/** A store that gives what the test has prepared, then nothing; an Error is thrown. */
class ScriptedStore {
  readonly requests: StoregrpcTypeRequest[] = [];
  readonly answers: (StoregrpcEvents | Error)[];

  constructor(...answers: (StoregrpcEvents | Error)[]) {
    this.answers = answers;
  }

  async findByType(request: StoregrpcTypeRequest): Promise<StoregrpcEvents> {
    this.requests.push(request);
    const answer = this.answers.shift() ?? page();
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

class NotedCheckpoints implements SavetimeCheckpoints {
  readonly saved: [number, number][] = [];
  readonly #start: ReadonlyMap<number, number>;

  constructor(start: ReadonlyMap<number, number> = new Map()) {
    this.#start = start;
  }

  load(): Promise<ReadonlyMap<number, number>> {
    return Promise.resolve(this.#start);
  }

  save(type: number, sinceMs: number): Promise<void> {
    this.saved.push([type, sinceMs]);
    return Promise.resolve();
  }
}

/** Runs until the store has been asked `requests` times, then stops. */
async function run(
  store: ScriptedStore,
  requests: number,
  options: Partial<StoregrpcPollingOptions> = {},
): Promise<{ handled: string[]; time: NotedTime; failures: StoregrpcPollingFailure[] }> {
  const handled: string[] = [];
  const failures: StoregrpcPollingFailure[] = [];
  const time = new NotedTime();
  let enough: () => void = () => undefined;
  const done = new Promise<void>((resolve) => (enough = resolve));
  const client = {
    findByType: async (request: StoregrpcTypeRequest) => {
      if (store.requests.length + 1 >= requests) enough();
      return store.findByType(request);
    },
  };
  const poller = new StoregrpcPollingClient({
    client,
    types: [1],
    handler: ({ payload }) => void handled.push(payload),
    onFailure: (failure) => void failures.push(failure),
    time,
    ...options,
  });
  await poller.start();
  await done;
  await poller.stop();
  return { handled, time, failures };
}

test('without a checkpoint it starts one second ago, and goes on from `latest`', async () => {
  const store = new ScriptedStore(page(event('a', 5), event('b', 7)), page(event('c', 9)));
  const { handled, time } = await run(store, 4);
  assert.deepEqual(handled, ['a', 'b', 'c']);
  assert.deepEqual(
    store.requests.slice(0, 4).map((request) => request.sinceMs),
    [NOW_MS - 1_000, 7, 9, 9],
  );
  assert.equal(store.requests[0]?.batchSize, 100);
  assert.deepEqual([...new Set(time.pauses)], [500], 'it pauses after an empty page only');
});

test('the checkpoint moves after the handler, to whole milliseconds', async () => {
  const checkpoints = new NotedCheckpoints(new Map([[1, 3]]));
  const store = new ScriptedStore(page(event('a', 5), event('b', 5), event('c', 6)));
  const seen: unknown[] = [];
  const handler = (): void => void seen.push([...checkpoints.saved]);
  await run(store, 3, { checkpoints, handler });
  assert.equal(store.requests[0]?.sinceMs, 3);
  assert.deepEqual(checkpoints.saved, [[1, 6]]);
  assert.deepEqual(seen, [[], [], []]);
});

test('a stop in the middle of a page keeps only what is handled for sure', async () => {
  const checkpoints = new NotedCheckpoints();
  const store = new ScriptedStore(page(event('a', 5), event('b', 6), event('c', 6), event('d', 7)));
  const handled: string[] = [];
  let stopped: Promise<void> | undefined;
  const poller = new StoregrpcPollingClient({
    client: store,
    types: [1],
    checkpoints,
    time: new NotedTime(),
    handler: async ({ payload }) => {
      if (payload === 'b') stopped = poller.stop();
      await Promise.resolve();
      handled.push(payload);
    },
  });
  await poller.start();
  while (stopped === undefined) await new Promise((resolve) => setImmediate(resolve));
  await stopped;
  assert.deepEqual(handled, ['a', 'b'], 'the handler that ran was finished');
  assert.deepEqual(checkpoints.saved, [[1, 5]], 'b and c share a millisecond: both come again');
});

test('when the store is away the pauses grow to the limit, with jitter, and shrink again', async () => {
  const away = Array.from({ length: 7 }, () => new Error('away'));
  const store = new ScriptedStore(...away, page(event('a', 5)), new Error('again'));
  const { handled, time, failures } = await run(store, 10);
  assert.deepEqual(handled, ['a']);
  assert.deepEqual(time.pauses.slice(0, 8), [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 250]);
  assert.deepEqual(
    failures.map((failure) => failure.step),
    Array.from({ length: 8 }, () => 'read'),
  );
});

test('a handler that fails is called again with the same event', async () => {
  const store = new ScriptedStore(page(event('a', 5), event('b', 6)));
  const calls: string[] = [];
  const handler = ({ payload }: StoregrpcEvent): void => {
    calls.push(payload);
    if (calls.length < 3) throw new Error('not yet');
  };
  const { failures } = await run(store, 2, { handler });
  assert.deepEqual(calls, ['a', 'a', 'a', 'b']);
  assert.deepEqual(
    failures.map(({ step, type }) => [step, type]),
    [
      ['handle', 1],
      ['handle', 1],
    ],
  );
});

test('types are followed side by side, each once', async () => {
  const store = new ScriptedStore();
  await run(store, 6, { types: [1, 3, 1] });
  assert.deepEqual(
    store.requests.slice(0, 4).map((request) => request.type),
    [1, 3, 1, 3],
  );
});
