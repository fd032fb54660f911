import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '../../src/core/index.js';
import { readEventStream } from './event-source.js';
import { call } from './http-caller.js';
import { HttpStream } from './http-stream.js';
import { serveStreams } from './streams-under-test.js';

const LIMIT = { timeout: 20_000 };
const AS_EVENTS = { headers: { accept: 'text/event-stream' } };
const BUSY = new AppError('UNAVAILABLE', 'the storage is away', { field: 'x' });
const BUSY_BODY = { error: 'the storage is away', code: 'UNAVAILABLE', field: 'x' };

const events = (stream: HttpStream) => readEventStream(stream.text).events;

describe('lines of JSON', LIMIT, () => {
  test('each message comes at once, as one line', async (context) => {
    const { port, pushed } = await serveStreams(context);
    const opened = HttpStream.open(port, '/s/a/lines');
    pushed.push({ text: 'one\n\u2028' });
    const stream = await opened;
    assert.equal(stream.status, 200);
    assert.equal(stream.headers['content-type'], 'application/x-ndjson; charset=utf-8');
    assert.equal(stream.headers['cache-control'], 'no-store');
    assert.equal(stream.headers['x-accel-buffering'], 'no');
    await stream.until(({ lines }) => lines.length === 1);
    pushed.push({ text: '' });
    await stream.until(({ lines }) => lines.length === 2);
    assert.deepEqual(stream.lines, [{ text: 'one\n\u2028' }, { text: '' }]);
    stream.close();
  });

  test('an error before the first message is an answer of its own', async (context) => {
    const { port, pushed } = await serveStreams(context);
    pushed.push(BUSY);
    const { status, headers, body } = await call(port, '/s/a/lines');
    assert.deepEqual([status, JSON.parse(body)], [503, BUSY_BODY]);
    assert.equal(headers['content-type'], 'application/json; charset=utf-8');
  });

  test('an error after it is the last line', async (context) => {
    const { port, pushed } = await serveStreams(context);
    pushed.push({ text: 'one' });
    pushed.push(BUSY);
    const stream = await HttpStream.open(port, '/s/a/lines');
    assert.equal(await stream.untilEnd(), 'whole');
    assert.deepEqual([stream.status, stream.lines], [200, [{ text: 'one' }, BUSY_BODY]]);
  });

  test('a fault says nothing of the inside', async (context) => {
    const { port, pushed } = await serveStreams(context);
    pushed.push({ text: 'one' });
    pushed.push(new Error('secret of the house'));
    const stream = await HttpStream.open(port, '/s/a/lines');
    await stream.untilEnd();
    assert.deepEqual(stream.lines.at(-1), { error: 'internal error', code: 'INTERNAL' });
  });

  test('an answer may have no lines', async (context) => {
    const { port, streams } = await serveStreams(context);
    streams.run = async function* () {};
    const { status, body } = await call(port, '/s/a/lines');
    assert.deepEqual([status, body], [200, '']);
  });

  test('they come to whoever asks for events of what is no feed', async (context) => {
    const { port, pushed } = await serveStreams(context);
    pushed.push({ text: 'one' });
    const stream = await HttpStream.open(port, '/s/a/lines', AS_EVENTS);
    assert.equal(stream.headers['content-type'], 'application/x-ndjson; charset=utf-8');
    stream.close();
  });

  test('HEAD has the head only, and calls nothing', async (context) => {
    const { port, streams } = await serveStreams(context);
    const { status, headers, body } = await call(port, '/s/a:follow', {
      ...{ method: 'HEAD', ...AS_EVENTS },
    });
    assert.deepEqual([status, body, streams.calls.length], [200, '', 0]);
    assert.equal(headers['content-type'], 'text/event-stream; charset=utf-8');
    assert.equal((await call(port, '/s/a:follow?x=1', { method: 'HEAD' })).status, 400);
  });
});

describe('server-sent events', LIMIT, () => {
  test('are called by the member that is set, and have the cursor as id', async (context) => {
    const { port, pushed } = await serveStreams(context);
    pushed.push({ batch: { words: ['a', 'b\n'] }, cursor: 'c1' });
    pushed.push({ batch: { words: ['eager'] } });
    pushed.push({ caughtUp: {}, cursor: 'c2' });
    const stream = await HttpStream.open(port, '/s/a:follow', AS_EVENTS);
    assert.equal(stream.headers['content-type'], 'text/event-stream; charset=utf-8');
    await stream.until((one) => events(one).length === 3);
    assert.deepEqual(events(stream), [
      {
        ...{ type: 'batch', lastEventId: 'c1' },
        data: { batch: { words: ['a', 'b\n'] }, cursor: 'c1' },
      },
      {
        ...{ type: 'batch', lastEventId: 'c1' },
        data: { batch: { words: ['eager'] }, cursor: '' },
      },
      { type: 'caughtUp', lastEventId: 'c2', data: { caughtUp: {}, cursor: 'c2' } },
    ]);
    assert.equal(readEventStream(stream.text).retryMs, 1_000);
    stream.close();
  });

  test('Last-Event-ID goes before the cursor of the query and of the body', async (context) => {
    const { port, streams } = await serveStreams(context);
    streams.run = async function* ({ requests }) {
      for await (const request of requests) yield { batch: { words: [JSON.stringify(request)] } };
    };
    const asked = async (path: string, headers: Record<string, string>, body?: string) => {
      const stream = await HttpStream.open(port, path, { headers, ...(body && { body }) });
      await stream.untilEnd();
      const [line] = stream.lines as { batch: { words: [string] } }[];
      return JSON.parse(line?.batch.words[0] ?? '') as unknown;
    };
    const last = { ...AS_EVENTS.headers, 'last-event-id': 'c7' };
    const lines = { 'last-event-id': 'c7' };
    assert.deepEqual(await asked('/s/a:follow?cursor=c1', lines), { id: 'a', cursor: 'c7' });
    assert.deepEqual(await asked('/s/follow', lines, '{"cursor":"c1"}'), { cursor: 'c7' });
    const none = { 'last-event-id': '' };
    assert.deepEqual(await asked('/s/a:follow?cursor=c1', none), { id: 'a', cursor: 'c1' });
    const stream = await HttpStream.open(port, '/s/a:follow?cursor=c1', { headers: last });
    await stream.untilEnd();
    assert.match(stream.text, /c7/);
  });

  test('an error in the middle is the last event; before it an answer', async (context) => {
    const { port, pushed } = await serveStreams(context);
    pushed.push({ caughtUp: {}, cursor: 'c1' });
    pushed.push(BUSY);
    const stream = await HttpStream.open(port, '/s/a:follow', AS_EVENTS);
    assert.equal(await stream.untilEnd(), 'whole');
    assert.deepEqual(events(stream).at(-1), {
      ...{ type: 'error', lastEventId: 'c1', data: BUSY_BODY },
    });
    pushed.push(BUSY);
    const refused = await call(port, '/s/a:follow', AS_EVENTS);
    assert.deepEqual([refused.status, JSON.parse(refused.body)], [503, BUSY_BODY]);
  });
});
