import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Metadata } from '@grpc/grpc-js';
import { addTrace, traceContextOf } from './trace-carrier.js';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('the active trace goes with a call, and nothing else of the carrier', () => {
  const metadata = new Metadata();
  const carrier = { traceparent: TRACEPARENT, tracestate: 'a=1', baggage: 'secret=1' };
  addTrace(metadata, () => carrier);
  assert.deepEqual(metadata.getMap(), { traceparent: TRACEPARENT, tracestate: 'a=1' });
});

test('a call without a trace, or with one that cannot be sent, goes without it', () => {
  const broken = (): never => {
    throw new Error('no context');
  };
  const sources = [undefined, () => undefined, () => ({}), broken, () => ({ traceparent: 'a\nb' })];
  for (const source of sources) {
    const metadata = new Metadata();
    addTrace(metadata, source);
    assert.deepEqual(metadata.getMap(), {});
  }
});

test('an event says of which trace it came', () => {
  const metadata = { traceparent: TRACEPARENT, user: 'ada' };
  assert.deepEqual(traceContextOf({ metadata }), { traceparent: TRACEPARENT });
  assert.deepEqual(traceContextOf({ metadata: {} }), {});
});
