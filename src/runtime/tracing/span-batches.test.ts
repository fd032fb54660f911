import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { settled } from '../../../test/support/follower.js';
import { FakeTime } from '../fake-time.js';
import { silentLogger, type LogFields } from '../logger.js';
import { silentMetrics } from '../metrics/index.js';
import { SpanBatches } from './span-batches.js';

/** An exporter that answers when it is told to, and batches on it. */
function world() {
  const time = new FakeTime();
  const sent: number[] = [];
  const answers: ((result: ExportResult) => void)[] = [];
  const told: LogFields[] = [];
  let dropped = 0;
  const exporter = {
    export: (spans: ReadableSpan[], done: (result: ExportResult) => void): void => {
      sent.push(spans.length);
      answers.push(done);
    },
    shutdown: async () => undefined,
  };
  const batches = new SpanBatches(exporter, {
    clock: time,
    timers: time,
    logger: { ...silentLogger, warn: (fields) => void told.push(fields) },
    metrics: { ...silentMetrics, add: (_name, _labels, by = 1) => void (dropped += by) },
  });
  const tracer = new BasicTracerProvider({ spanProcessors: [batches] }).getTracer('test');
  const end = (spans: number): void => {
    for (let index = 0; index < spans; index += 1) tracer.startSpan('span').end();
  };
  const answer = (code: ExportResultCode, error?: Error): void => {
    const result: ExportResult = error === undefined ? { code } : { code, error };
    answers.shift()?.(result);
  };
  const advance = async (ms: number): Promise<void> => {
    time.advance(ms);
    await settled();
  };
  return { advance, batches, sent, told, end, answer, dropped: () => dropped };
}

test('spans wait for each other, and a full batch for nobody', async () => {
  const { advance, sent, end, answer, dropped } = world();
  end(3);
  await advance(4_999);
  assert.deepEqual(sent, []);
  await advance(1);
  assert.deepEqual(sent, [3]);
  answer(ExportResultCode.SUCCESS);
  await advance(0);
  end(600);
  await advance(0);
  assert.deepEqual(sent, [3, 512]);
  answer(ExportResultCode.SUCCESS);
  await advance(0);
  assert.deepEqual(sent, [3, 512, 88]);
  assert.equal(dropped(), 0);
});

test('no more wait than there is room for; it is told once a minute', async () => {
  const { advance, sent, told, end, answer, dropped } = world();
  end(512);
  await advance(0);
  assert.deepEqual(sent, [512]);
  end(2_048 + 7);
  assert.equal(dropped(), 7);
  answer(ExportResultCode.FAILED, new Error('refused'));
  await advance(0);
  assert.equal(dropped(), 7 + 512);
  assert.equal(told.length, 1);
  await advance(60_000);
  end(600);
  assert.equal(dropped(), 7 + 512 + 88);
  assert.deepEqual(
    told.map((fields) => fields['dropped']),
    [1, 7 + 512 + 1],
  );
});

test('the end waits for what can be sent in time, and drops the rest', async () => {
  const { advance, batches, sent, end, answer, dropped } = world();
  end(2);
  const closed = batches.close(100);
  await advance(0);
  assert.deepEqual(sent, [2]);
  answer(ExportResultCode.SUCCESS);
  await closed;
  assert.equal(dropped(), 0);
  end(1);
  assert.equal(dropped(), 1);
  const other = world();
  other.end(513);
  const late = other.batches.close(100);
  await other.advance(100);
  await late;
  assert.equal(other.dropped(), 513);
  other.answer(ExportResultCode.FAILED);
  await other.advance(0);
  assert.equal(other.dropped(), 513, 'counted once');
});
