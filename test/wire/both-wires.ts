import assert from 'node:assert/strict';
import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { call } from '../http/http-caller.js';
import type { SchedulerUnderTest } from './scheduler-under-test.js';

/** One call over HTTP: method, path and body. */
export type HttpRequest = readonly [method: string, path: string, body?: JsonValue];

/** Makes a call over HTTP and again over gRPC, and expects the same answer. */
export async function onBothWires(
  served: SchedulerUnderTest,
  name: string,
  http: HttpRequest,
  request: JsonValue,
): Promise<JsonObject> {
  const overHttp = await overHttpOnly(served, http);
  assert.deepEqual(await served.grpc(name, request), overHttp, name);
  return overHttp;
}

async function overHttpOnly(
  served: SchedulerUnderTest,
  [method, path, body]: HttpRequest,
): Promise<JsonObject> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await call(served.httpPort, path, { method, ...sent });
  assert.equal(answer.status, 200, `${method} ${path}: ${answer.body}`);
  return JSON.parse(answer.body) as JsonObject;
}

/** A call that is refused alike over both wires: its HTTP status, code and field. */
export async function refusedOnBothWires(
  served: SchedulerUnderTest,
  name: string,
  [method, path, body]: HttpRequest,
  request: JsonValue | undefined,
): Promise<readonly [status: number, code: unknown, field: unknown]> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await call(served.httpPort, path, { method, ...sent });
  const told = JSON.parse(answer.body) as JsonObject;
  if (request !== undefined) {
    const overGrpc = await served.grpc(name, request);
    assert.ok(typeof overGrpc === 'object' && overGrpc !== null && 'message' in overGrpc, name);
    assert.equal(overGrpc.message, told.error, name);
  }
  return [answer.status, told.code, told.field];
}

/** The token of the next page. */
export function nextPage({ nextPageToken }: JsonObject): string {
  assert.ok(typeof nextPageToken === 'string' && nextPageToken !== '');
  return nextPageToken;
}

export function assertMatches(value: unknown, pattern: RegExp): void {
  assert.ok(typeof value === 'string');
  assert.match(value, pattern);
}
