import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonLines } from '../../src/console/api/json-lines.js';

const SILENCE_MS = 200;

async function read(body: ReadableStream<Uint8Array>): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of jsonLines(body, SILENCE_MS)) values.push(value);
  return values;
}

test('a heartbeat is no value, and shows that the connection lives', async () => {
  const parts = ['{"n":', '1}\n', '\n', '\n', '\n', '{"n":2}'];
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await sleep(SILENCE_MS / 3);
      const part = parts.shift();
      if (part === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(part));
    },
  });
  assert.deepEqual(await read(body), [{ n: 1 }, { n: 2 }]);
});

test('a connection on which nothing comes any more is given up', async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"n":1}\n')),
    cancel: () => {
      cancelled = true;
    },
  });
  await assert.rejects(read(body), /silent for 200 ms/);
  assert.ok(cancelled);
});
