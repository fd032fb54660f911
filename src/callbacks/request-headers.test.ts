import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireUuid, type HttpHeader } from '../core/index.js';
import { requestHeaders } from './request-headers.js';

const TRACE = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'a=1' };

function headersOf(headers: readonly HttpHeader[], trace?: typeof TRACE): Map<string, string> {
  const sent = requestHeaders(
    {
      key: { application: 'app', eventId: 'a' },
      generation: requireUuid('fade87a1-9df9-46bb-aae6-63b2b763094d'),
      attempt: 1,
      dueMs: 0,
      target: { kind: 'http', url: 'http://a.test/', method: 'POST', headers },
      payload: new Uint8Array(),
      timeoutMs: 1,
      ...(trace && { trace }),
    },
    'test',
  );
  const pairs = new Map<string, string>();
  for (let index = 0; index < sent.length; index += 2) {
    pairs.set(sent[index] ?? '', sent[index + 1] ?? '');
  }
  return pairs;
}

test('a call goes with the trace of its attempt', () => {
  const sent = headersOf([], TRACE);
  assert.deepEqual(
    [sent.get('traceparent'), sent.get('tracestate')],
    [TRACE.traceparent, TRACE.tracestate],
  );
  assert.ok(!headersOf([], { ...TRACE, tracestate: '' }).has('tracestate'));
  assert.ok(!headersOf([]).has('traceparent'));
});

test('a trace that the user sends stays as it is', () => {
  const sent = headersOf([{ name: 'TraceParent', value: 'mine' }], TRACE);
  assert.equal(sent.get('TraceParent'), 'mine');
  assert.ok(!sent.has('traceparent') && !sent.has('tracestate'));
});
