import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  silentOutput,
  type Span,
  type SpanStart,
  type TraceContext,
} from '../../src/runtime/index.js';
import { answer, hang } from './fake-dispatcher.js';
import { FAST_RETRY, World } from './world.js';

function place(digit: number): TraceContext {
  const span = digit.toString(16).padStart(16, '0');
  return { traceparent: `00-${'a'.repeat(32)}-${span}-01`, tracestate: 'a=1' };
}

interface SeenSpan {
  readonly start: SpanStart;
  readonly context: TraceContext;
  ended: Parameters<Span['end']> | undefined;
}

/** A world whose spans are numbered from 100 on. */
function tracedWorld(t: TestContext) {
  const spans: SeenSpan[] = [];
  const start = (what: SpanStart): Span => {
    const span: SeenSpan = { start: what, context: place(100 + spans.length), ended: undefined };
    spans.push(span);
    const end = (...ended: Parameters<Span['end']>): void => {
      assert.equal(span.ended, undefined, 'ended once');
      span.ended = ended;
    };
    return { context: span.context, end };
  };
  const world = new World({ ...silentOutput, tracer: { start } });
  t.after(() => world.end());
  return { world, spans };
}

test('each attempt is a span below that of the call, and is what the receiver gets', async (t) => {
  const { world, spans } = tracedWorld(t);
  world.started();
  world.dispatcher.receivers.set('receiver.test:1', async () =>
    answer(world.dispatcher.made.length === 1 ? 503 : 200),
  );
  await world.schedule('a', 100, { trace: place(1), retry: FAST_RETRY });
  await world.pass(500);
  assert.equal(world.status('a'), 'COMPLETED');
  assert.deepEqual(
    world.dispatcher.made.map(({ call }) => call.trace),
    [place(100), place(101)],
  );
  const seen = spans.map(({ start, ended }) => [start.name, start.parent, start.attributes, ended]);
  const about = {
    'cassadra.application': 'app',
    'cassadra.event_id': 'a',
    'http.request.method': 'POST',
    'server.address': 'receiver.test',
    'server.port': 1,
  };
  const status = 'http.response.status_code';
  const outcome = { 'cassadra.outcome': 'answered' };
  assert.deepEqual(seen, [
    [
      'timed event call',
      place(1),
      { ...about, 'cassadra.attempt': 1 },
      [{ ...outcome, [status]: 503 }, 'status 503'],
    ],
    [
      'timed event call',
      place(1),
      { ...about, 'cassadra.attempt': 2 },
      [{ ...outcome, [status]: 200 }, undefined],
    ],
  ]);
});

test('what was asked for outside of a trace begins one; a call without an answer fails', async (t) => {
  const { world, spans } = tracedWorld(t);
  world.started();
  world.dispatcher.receivers.set('receiver.test:1', hang);
  await world.schedule('a', 0, { timeoutMs: 1_000, retry: { attemptsMax: 1 } });
  await world.pass(1_100, 10);
  assert.equal(world.status('a'), 'FAILED');
  const [span] = spans;
  assert.equal(span?.start.parent, undefined);
  assert.deepEqual(span?.ended, [{ 'cassadra.outcome': 'failed' }, 'failed']);
});

test('a repeated call in another span is the same call', async (t) => {
  const { world } = tracedWorld(t);
  const { signal } = world;
  const command = world.command('a', 1_000, { trace: place(1), onExists: 'ok-if-same' });
  const first = await world.scheduler.schedule(command, signal);
  for (const trace of [place(1), place(2), undefined]) {
    const again = await world.scheduler.schedule({ ...command, trace }, signal);
    assert.equal(again.outcome, 'existed');
    assert.equal(again.event.generation, first.event.generation);
  }
  assert.deepEqual(world.entry('a').plan.trace, place(1), 'as it was first');
  await world.scheduler.schedule({ ...command, trace: place(3), onExists: 'replace' }, signal);
  assert.deepEqual(world.entry('a').plan.trace, place(3));
  await world.scheduler.reschedule(command.key, world.nowMs + 5_000, signal);
  assert.deepEqual(world.entry('a').plan.trace, place(3));
});

test('without spans of its own, a poller passes on the trace of the call', async (t) => {
  const world = new World();
  t.after(() => world.end());
  world.started();
  await world.schedule('traced', 0, { trace: place(1) });
  await world.schedule('untraced', 0);
  await world.pass(10);
  const traces = ['traced', 'untraced'].map((id) => world.dispatcher.callsOf(id)[0]?.call.trace);
  assert.deepEqual(traces, [place(1), undefined]);
});
