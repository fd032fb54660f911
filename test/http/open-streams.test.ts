import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { describe, test } from 'node:test';
import { AppError } from '../../src/core/index.js';
import { FakeTime, silentLogger } from '../../src/runtime/index.js';
import { readEventStream } from './event-source.js';
import { call } from './http-caller.js';
import { HttpStream } from './http-stream.js';
import { Pushed, type MadeStreams } from './made-streams.js';
import { RawConnection } from './raw-connection.js';
import { serveStreams } from './streams-under-test.js';

const LIMIT = { timeout: 20_000 };
const AS_EVENTS = { headers: { accept: 'text/event-stream' } };
const BUSY = new AppError('UNAVAILABLE', 'the storage is away', { field: 'x' });
const BUSY_BODY = { error: 'the storage is away', code: 'UNAVAILABLE', field: 'x' };

const events = (stream: HttpStream) => readEventStream(stream.text).events;

describe('a quiet feed', LIMIT, () => {
  test('is answered soon, has heartbeats, and no deadline', async (context) => {
    const time = new FakeTime();
    const { port, streams, pushed } = await serveStreams(context, { timers: time });
    for (const options of [AS_EVENTS, {}]) {
      const opening = HttpStream.open(port, '/s/a:follow', options);
      let stream: HttpStream | undefined;
      void opening.then((opened) => (stream = opened));
      const isOpen = (): boolean => stream !== undefined;
      while (!isOpen()) await pass(time, port, 200);
      const opened = await opening;
      const beats = (): number =>
        readEventStream(opened.text).comments + (/^\n+$/.exec(opened.text)?.[0].length ?? 0);
      while (beats() < 10) await pass(time, port, 15_000);
      assert.deepEqual([events(opened), opened.text.includes('{')], [[], false]);
      assert.equal(streams.calls.at(-1)?.signal.aborted, false);
      pushed.push({ caughtUp: {} });
      await opened.until(({ text }) => text.includes('caughtUp'));
      opened.close();
      await pushed.ended;
    }
  });

  test('keeps its socket, however soon sockets count as idle', async (context) => {
    const { port } = await serveStreams(context, { settings: { idleTimeoutMs: 200 } });
    const stream = await HttpStream.open(port, '/s/a:follow');
    await stream.until(({ text }) => text.length >= 6);
    stream.close();
  });
});

/** Moves the time on, and lets the server do what it then does. */
async function pass(time: FakeTime, port: number, ms: number): Promise<void> {
  time.advance(ms);
  await call(port, '/');
}

describe('whoever reads', LIMIT, () => {
  test('slowly is sent no more than it takes, and gets all', async (context) => {
    const { port, streams } = await serveStreams(context);
    const text = 'x'.repeat(1_048_576);
    let made = 0;
    streams.run = async function* () {
      for (; made < 60; made += 1) yield { text };
    };
    const stream = await HttpStream.open(port, '/s/a/lines');
    stream.pause();
    for (let still = 0, before = 0; still < 20; before = made) {
      await call(port, '/');
      still = made === before ? still + 1 : 0;
    }
    // the kernel's buffers hold the most of it
    assert.ok(made > 0 && made < 30, `${made} MiB`);
    stream.resume();
    assert.equal(await stream.untilEnd(), 'whole');
    assert.deepEqual([made, stream.lines.length], [60, 60]);
  });

  test('and goes away ends the call', async (context) => {
    const { port, streams, pushed } = await serveStreams(context);
    pushed.push({ caughtUp: {} });
    const stream = await HttpStream.open(port, '/s/a:follow');
    await stream.until(({ lines }) => lines.length === 1);
    stream.close();
    await pushed.ended;
    const reason: unknown = streams.calls[0]?.signal.reason;
    assert.ok(reason instanceof AppError && reason.code === 'CANCELLED');
  });

  test('and goes away while it is owed more ends the call', async (context) => {
    const { port, streams } = await serveStreams(context);
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    streams.run = async function* () {
      try {
        for (;;) yield { text: 'x'.repeat(1_048_576) };
      } finally {
        end();
      }
    };
    const stream = await HttpStream.open(port, '/s/a/lines');
    stream.close();
    await ended;
  });
});

test('many feeds may be open', LIMIT, async (context) => {
  const warnings: string[] = [];
  const warned = ({ name }: Error): number => warnings.push(name);
  process.on('warning', warned);
  context.after(() => process.off('warning', warned));
  const { port, streams } = await serveStreams(context);
  streams.run = (one) => new Pushed().answers(one);
  const opening = Array.from({ length: 20 }, () => HttpStream.open(port, '/s/a:follow'));
  for (const stream of await Promise.all(opening)) stream.close();
  assert.deepEqual(warnings, []);
});

describe('a server that stops', LIMIT, () => {
  const cut: string[] = [];
  const warn = (_fields: unknown, text: string): void => {
    if (text !== 'call ended') cut.push(text);
  };
  const logger = { ...silentLogger, warn };

  test('ends its feeds with NOT_READY, at once', async (context) => {
    const { http, port, pushed } = await serveStreams(context, { logger });
    pushed.push({ caughtUp: {}, cursor: 'c1' });
    const stream = await HttpStream.open(port, '/s/a:follow', AS_EVENTS);
    await stream.until((one) => events(one).length === 1);
    const stopped = http.stop();
    assert.equal(await stream.untilEnd(), 'whole');
    const data = { error: 'the server is stopping', code: 'NOT_READY' };
    assert.deepEqual(events(stream).at(-1), { type: 'error', lastEventId: 'c1', data });
    await stopped;
    assert.deepEqual(cut, []);
  });

  test('finishes what has an end', async (context) => {
    const { http, port, pushed } = await serveStreams(context, { logger });
    pushed.push({ text: 'one' });
    // a caller that would keep its connection
    const agent = new Agent({ keepAlive: true });
    context.after(() => agent.destroy());
    const stream = await HttpStream.open(port, '/s/a/lines', { agent });
    await stream.until(({ lines }) => lines.length === 1);
    const stopped = http.stop();
    await assert.rejects(call(port, '/'), 'it listens');
    pushed.push({ text: 'two' });
    pushed.push(BUSY);
    assert.equal(await stream.untilEnd(), 'whole');
    assert.deepEqual(stream.lines, [{ text: 'one' }, { text: 'two' }, BUSY_BODY]);
    await stopped;
    assert.deepEqual(cut, []);
  });
});

describe('a call that asks to wait', LIMIT, () => {
  test('has its deadline so much later', async (context) => {
    const time = new FakeTime();
    const { port, streams } = await serveStreams(context, { timers: time });
    const called = waiting(streams);
    const answer = call(port, '/s/a?wait_ms=30000');
    const { signal } = await called;
    time.advance(39_999);
    await call(port, '/');
    assert.equal(signal.aborted, false);
    time.advance(1);
    assert.equal((await answer).status, 504);
  });

  test('is not on an idle socket, and ends when the server stops', async (context) => {
    const { http, port, streams } = await serveStreams(context, {
      settings: { idleTimeoutMs: 200 },
    });
    const called = waiting(streams);
    const answer = call(port, '/s/a?wait_ms=20000');
    await called;
    const idle = await RawConnection.open(port);
    await idle.untilClosed();
    const stopped = http.stop();
    const { status, body } = await answer;
    const stopping = { error: 'the server is stopping', code: 'NOT_READY' };
    assert.deepEqual([status, JSON.parse(body)], [503, stopping]);
    await stopped;
  });
});

/** Says when the call has come; it is answered when it ends. */
function waiting(streams: MadeStreams): Promise<{ readonly signal: AbortSignal }> {
  return new Promise((resolve) => {
    streams.wait = (signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as AppError));
        resolve({ signal });
      });
  });
}
