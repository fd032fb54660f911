import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { after, afterEach, before, describe, it } from 'node:test';
import { AppError, untilEnd } from '../../src/core/index.js';
import { FakeTime, silentLogger } from '../../src/runtime/index.js';
import { callSignal, type HttpRoutes } from '../../src/transport/http/index.js';
import { call, type HttpAnswer } from './http-caller.js';
import { serveHttp, type HttpOptions, type HttpUnderTest } from './http-under-test.js';
import { RawConnection } from './raw-connection.js';

/** A route whose answer a test gives, and that says when it is called and how the call ends. */
class Waiting implements HttpRoutes {
  readonly called: Promise<void>;
  readonly ended: Promise<AppError>;
  #call: () => void = () => undefined;
  #end: (reason: AppError) => void = () => undefined;
  answer: () => void = () => undefined;
  readonly #answered: Promise<string>;

  constructor() {
    this.called = new Promise((resolve) => (this.#call = resolve));
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#answered = new Promise((resolve) => (this.answer = () => resolve('finished')));
  }

  register(app: Parameters<HttpRoutes['register']>[0]): void {
    app.get('/wait', async (request) => {
      const signal = callSignal(request);
      signal.addEventListener('abort', () => this.#end(signal.reason as AppError));
      this.#call();
      return untilEnd(this.#answered, signal);
    });
  }
}

/** A route that says when a request has begun, and how it was answered. */
class Upload implements HttpRoutes {
  readonly begun: Promise<void>;
  readonly status: Promise<number>;
  #begin: () => void = () => undefined;
  #answer: (status: number) => void = () => undefined;

  constructor() {
    this.begun = new Promise((resolve) => (this.#begin = resolve));
    this.status = new Promise((resolve) => (this.#answer = resolve));
  }

  register(app: Parameters<HttpRoutes['register']>[0]): void {
    app.addHook('onRequest', async () => this.#begin());
    app.addHook('onSend', async (_request, reply) => this.#answer(reply.statusCode));
    app.post('/upload', async () => 'taken');
  }
}

const failing: HttpRoutes = {
  register: (app) => {
    app.get('/fault', () => {
      throw new Error('secret of the house');
    });
    app.get('/type', () => {
      throw new AppError('TYPE_NAME_TAKEN', 'taken', { name: 'A', code: '7' });
    });
    app.get('/busy', () => {
      throw new AppError('QUEUE_FULL', 'too many', { limit: '10' });
    });
  },
};

const json = ({ status, body }: HttpAnswer): unknown => ({
  status,
  ...(JSON.parse(body) as object),
});

const LIMIT = { timeout: 20_000 };

describe('the HTTP server', LIMIT, () => {
  let http: HttpUnderTest;
  let ready = true;
  before(async () => {
    http = await serveHttp({
      routes: [failing],
      ready: () => ready,
      settings: { headersTimeoutMs: 100, receiveTimeoutMs: 300, urlBytesMax: 1_000 },
    });
  });
  after(() => http.stop());

  it('is alive at once and ready when it can serve', async () => {
    for (const path of ['/', '/health/liveness', '/health/readiness']) {
      const { status, headers, body } = await call(http.port, path);
      assert.deepEqual([status, body], [200, '"OK"'], path);
      assert.match(headers['content-type'] ?? '', /^application\/json/);
      const head = await call(http.port, path, { method: 'HEAD' });
      assert.deepEqual([head.status, head.body], [200, ''], path);
    }
    ready = false;
    const notReady = { status: 503, error: 'the server is not ready', code: 'NOT_READY' };
    assert.deepEqual(json(await call(http.port, '/health/readiness')), notReady);
    assert.equal((await call(http.port, '/health/liveness')).status, 200);
    ready = true;
  });

  it('an unknown path: 404; another method: 405 with the methods there are', async () => {
    const unknown = { status: 404, error: 'not found', code: 'NOT_FOUND' };
    assert.deepEqual(json(await call(http.port, '/none')), unknown);
    assert.deepEqual(json(await call(http.port, '/none', { body: 'x' })), unknown);
    const allowed: Record<string, string> = {
      '/cassata/add/': 'POST',
      '/cassata/delete/a/b?x': 'DELETE, GET',
      '/api/v1/events/x': 'GET, HEAD',
      '/': 'GET, HEAD',
    };
    for (const [path, allow] of Object.entries(allowed)) {
      for (const method of ['PUT', 'OPTIONS', 'PROPFIND']) {
        const answer = await call(http.port, path, { method });
        assert.deepEqual([answer.status, answer.headers['allow']], [405, allow], path);
      }
    }
  });

  it('errors by the one map; a fault says nothing of the inside', async () => {
    const busy = { status: 429, error: 'too many', code: 'QUEUE_FULL', limit: '10' };
    assert.deepEqual(json(await call(http.port, '/busy')), busy);
    const type = { status: 409, error: 'taken', code: 'TYPE_NAME_TAKEN', name: 'A' };
    assert.deepEqual(json(await call(http.port, '/type')), type);
    const fault = { status: 500, error: 'internal error', code: 'INTERNAL' };
    assert.deepEqual(json(await call(http.port, '/fault')), fault);
  });

  it('refuses a URL that is too long, or is none', async () => {
    for (const path of ['/', '/?', '/api/v1/events/', '/cassata/status/a/']) {
      const { status, body } = await call(http.port, `${path}${'x'.repeat(2_000)}`);
      assert.equal(status, 414, path);
      assert.match(body, /the URL is over the limit/);
    }
    const none = json(await call(http.port, '/cassata/status/%zz/a')) as Record<string, unknown>;
    assert.deepEqual([none['status'], none['code']], [400, 'INVALID_ARGUMENT']);
  });

  it('answers what is not HTTP, and headers that are too long, and closes', async () => {
    const cases: Record<string, string> = {
      'gibberish\r\n\r\n': 'HTTP/1.1 400',
      [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`]: 'HTTP/1.1 431',
    };
    for (const [text, start] of Object.entries(cases)) {
      const connection = await RawConnection.open(http.port);
      connection.write(text);
      const received = await connection.untilClosed();
      assert.ok(received.startsWith(start), received);
      assert.match(received, /\{"error":/);
    }
  });

  it('does not wait for ever for headers or a body', async () => {
    const starts = [
      'GET / HTTP/1.1\r\nHost: a\r\n',
      'POST /cassata/add HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{',
    ];
    const connections = await Promise.all(starts.map(() => RawConnection.open(http.port)));
    connections.forEach((connection, index) => connection.write(starts[index] ?? ''));
    for (const connection of connections) {
      const received = await connection.untilClosed();
      assert.ok(received.startsWith('HTTP/1.1 408'), received);
    }
  });

  it('a caller that leaves in the middle of its body is no fault', async (context) => {
    const faults: string[] = [];
    const logger = {
      ...silentLogger,
      error: (_fields: unknown, text: string) => faults.push(text),
    };
    const upload = new Upload();
    const own = await serveHttp({ routes: [upload], logger });
    context.after(() => own.stop());
    const connection = await RawConnection.open(own.port);
    connection.write('POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{');
    await upload.begun;
    connection.close();
    assert.equal(await upload.status, 499);
    assert.deepEqual(faults, []);
  });

  it('takes no more connections than it may', async (context) => {
    const small = await serveHttp({ settings: { connectionsMax: 1 } });
    context.after(() => small.stop());
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    assert.equal((await call(small.port, '/', { agent })).status, 200);
    const second = await RawConnection.open(small.port);
    assert.equal(await second.untilClosed(), '');
    assert.equal((await call(small.port, '/', { agent })).status, 200);
    agent.destroy();
  });
});

describe('a call over HTTP', LIMIT, () => {
  let waiting: Waiting;
  let http: HttpUnderTest;
  const serve = async (options: HttpOptions = {}): Promise<void> => {
    waiting = new Waiting();
    http = await serveHttp({ routes: [waiting], ...options });
  };
  afterEach(async () => {
    waiting.answer();
    await http.stop();
  });

  it('is answered at the deadline', async () => {
    const time = new FakeTime();
    await serve({ timers: time });
    const answer = call(http.port, '/wait');
    await waiting.called;
    time.advance(9_999);
    const early = await Promise.race([waiting.ended, call(http.port, '/')]);
    assert.ok('status' in early, 'it ended before its time');
    time.advance(1);
    assert.equal((await waiting.ended).code, 'DEADLINE_EXCEEDED');
    assert.equal((await answer).status, 504);
  });

  it('ends when its caller goes away', async () => {
    await serve();
    const leaving = new AbortController();
    const answer = call(http.port, '/wait', { signal: leaving.signal });
    await waiting.called;
    leaving.abort();
    await assert.rejects(answer);
    assert.equal((await waiting.ended).code, 'CANCELLED');
  });

  it('never gets the answer to what its connection sent after it', async () => {
    await serve();
    const connection = await RawConnection.open(http.port);
    connection.write('GET /wait HTTP/1.1\r\nHost: a\r\n\r\n');
    await waiting.called;
    connection.write('gibberish\r\n\r\n');
    assert.equal(await connection.untilClosed(), '');
    assert.equal((await waiting.ended).code, 'CANCELLED');
  });

  it('is finished while the server stops; then nobody listens', async () => {
    await serve();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const idle = new Agent({ keepAlive: true, maxSockets: 1 });
    await call(http.port, '/', { agent: idle });
    const answer = call(http.port, '/wait', { agent });
    await waiting.called;
    const stopped = http.stop();
    await assert.rejects(call(http.port, '/'));
    waiting.answer();
    const { status, headers, body } = await answer;
    assert.deepEqual([status, body, headers['connection']], [200, 'finished', 'close']);
    await stopped;
    agent.destroy();
    idle.destroy();
  });

  it('is cut when the grace is over', async () => {
    const time = new FakeTime();
    await serve({ timers: time });
    const answer = assert.rejects(call(http.port, '/wait'));
    await waiting.called;
    const stopped = http.stop();
    time.advance(2_000);
    await answer;
    assert.equal((await waiting.ended).code, 'CANCELLED');
    await stopped;
  });
});

describe('an HTTP server that cannot listen', () => {
  it('says which port is taken and what to do', async () => {
    const first = await serveHttp();
    const message = new RegExp(`cannot listen on 127.0.0.1:${first.port}: .*set HTTP_PORT`);
    await assert.rejects(serveHttp({ settings: { port: first.port } }), message);
    await first.stop();
  });
});
