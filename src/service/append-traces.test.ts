import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS, exactVersion, parseTypeCode, requireUuid } from '../core/index.js';
import { systemIds } from '../runtime/index.js';
import { buildAppend } from './build-append.js';
import type { AppendCommand, EventDraft } from './requests.js';

const TRACE = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: '',
};
const TRACED = `{"traceparent":"${TRACE.traceparent}"}`;
const STREAM = requireUuid('fade87a1-9df9-46bb-aae6-63b2b763094d');

function command(events: readonly Partial<EventDraft>[], trace?: typeof TRACE): AppendCommand {
  const type = parseTypeCode(1);
  assert.ok(type !== undefined);
  const content = { kind: 'text', text: '{}' } as const;
  const drafts = events.map((event) => ({ type, content, ...event }));
  return { stream: STREAM, expected: exactVersion(0), events: drafts, trace };
}

function metadataOf(appended: AppendCommand, limits = DEFAULT_LIMITS): (string | undefined)[] {
  return buildAppend(appended, limits, systemIds).events.map(({ metadata }) => metadata);
}

test('the trace of a call goes into its events, unless they say one themselves', () => {
  const own = '{"traceparent":"mine"}';
  const user = '{"user":"ada"}';
  const events = [{}, { metadata: own }, { metadata: user }];
  assert.deepEqual(metadataOf(command(events, TRACE)), [
    TRACED,
    own,
    `{"traceparent":"${TRACE.traceparent}","user":"ada"}`,
  ]);
  assert.deepEqual(metadataOf(command(events)), [undefined, own, user]);
});

test('a trace never makes an append too large', () => {
  const metadata = JSON.stringify({ user: 'x'.repeat(100) });
  const events = [{ metadata }, {}];
  const narrow = { ...DEFAULT_LIMITS, metadataBytesMax: metadata.length + 10 };
  assert.deepEqual(metadataOf(command(events, TRACE), narrow), [metadata, TRACED]);
  const none = { ...DEFAULT_LIMITS, metadataBytesMax: 0 };
  assert.deepEqual(metadataOf(command([{}], TRACE), none), [undefined]);
  const small = { ...DEFAULT_LIMITS, appendBytesMax: metadata.length + 4 };
  assert.deepEqual(metadataOf(command(events, TRACE), small), [metadata, undefined]);
  const tooLarge = { ...small, appendBytesMax: metadata.length + 3 };
  assert.throws(() => metadataOf(command(events, TRACE), tooLarge), /over the limit/);
});
