import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppendResponse, GetStreamResponse } from '../../gen/cassadra/v1/event_store.js';
import { encodeResponse } from './encode-response.js';

function appended(lastVersion: number): AppendResponse {
  return AppendResponse.fromPartial({ firstVersion: 1, lastVersion, savetimeMs: 5n });
}

test('the bytes of one response stay what they are while others are made', () => {
  const first = encodeResponse(AppendResponse, appended(7));
  const stream = 'x'.repeat(100_000);
  const second = encodeResponse(GetStreamResponse, GetStreamResponse.fromPartial({ stream }));
  assert.equal(AppendResponse.decode(first).lastVersion, 7);
  assert.equal(GetStreamResponse.decode(second).stream, stream);
});

test('nothing of a response that cannot be made is in the next one', () => {
  assert.throws(() => encodeResponse(AppendResponse, { ...appended(7), savetimeMs: 2n ** 70n }));
  const next = encodeResponse(AppendResponse, appended(8));
  assert.deepEqual(next, AppendResponse.encode(appended(8)).finish());
});
