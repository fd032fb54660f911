import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { call } from './http-caller.js';
import { HttpStream } from './http-stream.js';
import { serveHttp, type HttpUnderTest } from './http-under-test.js';
import { MadeStreams } from './made-streams.js';

let served: HttpUnderTest;
let streams: MadeStreams;

before(async () => {
  streams = new MadeStreams(async function* ({ requests }) {
    for await (const request of requests) yield { text: JSON.stringify(request) };
  });
  served = await serveHttp({ routes: [streams] });
});

after(() => served.stop());

const AS_LINES = { 'content-type': 'application/x-ndjson; charset=utf-8' };
const PATH = '/s/a/lines';

/** The requests that the method saw. */
async function sent(body: string, headers: Record<string, string>): Promise<readonly JsonValue[]> {
  const stream = await HttpStream.open(served.port, PATH, { body, headers });
  assert.equal(await stream.untilEnd(), 'whole');
  assert.equal(stream.status, 200);
  return stream.lines.map((line) => JSON.parse((line as { text: string }).text) as JsonValue);
}

test('a body is one message, over as many lines as it likes', async () => {
  const body = '{\n"cursor":"c",\n"words":{"a":"ü","":"\\n"}}\n';
  for (const headers of [{}, { 'content-type': 'application/x-www-form-urlencoded' }]) {
    const requests = await sent(body, headers);
    assert.deepEqual(requests, [{ id: 'a', cursor: 'c', words: { a: 'ü', '': '\n' } }]);
  }
});

test('or one message a line, with blank lines between', async () => {
  const body = '\n{"cursor":"1"}\r\n \t\n{"cursor":"ü","id":"a"}\n{}';
  assert.deepEqual(await sent(body, AS_LINES), [
    ...[{ id: 'a', cursor: '1' }, { id: 'a', cursor: 'ü' }, { id: 'a' }],
  ]);
  assert.deepEqual(await sent('\n\n', AS_LINES), []);
});

async function refused(
  body: string | Buffer,
  headers: Record<string, string> = AS_LINES,
): Promise<readonly unknown[]> {
  const before = streams.calls.length;
  const answer = await call(served.port, PATH, { method: 'POST', body, headers });
  assert.equal(streams.calls.length, before, 'it was called');
  const { code, field, line, error } = JSON.parse(answer.body) as JsonObject;
  return [answer.status, code, field, line, error];
}

test('a line that is wrong is named, and nothing is called', async () => {
  const cases: Readonly<Record<string, readonly [string, string | undefined, string]>> = {
    '{}\n\n{"colour":1}': ['colour', '3', 'is not a field'],
    '{}\n{"words":{"a":"b","a":"c"}}': ['words["a"]', '2', 'stands twice'],
    '{"words":{"x":1}}\n': ['words["x"]', '1', 'must be a string'],
    '{"words":["x"]}\n': ['words', '1', 'must be a JSON object'],
    '{"words":{"x":"\\ud800"}}\n': ['words["x"]', '1', 'well-formed'],
    '{"words":{"\\ud800":"x"}}\n': ['words["\\ud800"]', '1', 'well-formed'],
    '{}\n[]': ['body', '2', 'JSON object'],
    '{"id":\n"a"}': ['body', '1', 'valid JSON'],
    '{}\n{"id":"b"}': ['id', '2', 'path'],
  };
  for (const [body, [field, line, problem]] of Object.entries(cases)) {
    const [status, code, ...rest] = await refused(body);
    assert.deepEqual([status, code, ...rest.slice(0, 2)], [400, 'INVALID_ARGUMENT', field, line]);
    assert.match(String(rest[2]), new RegExp(`^line ${line}: .*${problem}`), body);
  }
});

test('a body is refused that is empty, or has too many values in all', async () => {
  for (const headers of [AS_LINES, {}]) {
    assert.deepEqual((await refused('', headers)).slice(0, 3), [400, 'INVALID_ARGUMENT', 'body']);
  }
  const line = `{"words":{${'"a":"b",'.repeat(30)}"b":"c"}}\n`;
  const [status, code, field] = await refused(line.repeat(4_000));
  assert.deepEqual([status, code, field], [400, 'LIMIT_EXCEEDED', 'body']);
});
