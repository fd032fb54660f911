import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from './app-error.js';
import { ANY_VERSION } from './expected-version.js';
import { DEFAULT_LIMITS } from './limits.js';
import { requireAppendTarget } from './timed-event-append.js';
import type { AppendTarget } from './timed-event.js';

const TARGET: AppendTarget = {
  kind: 'append',
  stream: 'order-1',
  type: 'Paid',
  content: 'json',
  contentType: undefined,
  metadata: undefined,
  expected: ANY_VERSION,
};

function require(change: Partial<AppendTarget>, payloadBytes = 2): void {
  requireAppendTarget({ ...TARGET, ...change }, payloadBytes, DEFAULT_LIMITS);
}

function refused(field: string, code: string, work: () => void): void {
  assert.throws(work, (error) => {
    assert.ok(error instanceof AppError);
    assert.deepEqual([error.details['field'], error.code], [field, code]);
    return true;
  });
}

const exact = (version: number): Partial<AppendTarget> => ({
  expected: { kind: 'exact', version },
});

test('what the event store takes may be scheduled, up to its limits', () => {
  require({});
  require({ stream: 'ä'.repeat(256), type: 't'.repeat(200), contentType: 'c'.repeat(200) });
  require({ stream: 'FADE87A1-9DF9-46BB-AAE6-63B2B763094D' });
  require({ metadata: `{"a":"${'m'.repeat(65_528)}"}` }, 1_048_576);
  require(exact(2_147_483_646));
});

test('each field is named when it is bad', () => {
  const bad = 'INVALID_ARGUMENT';
  const over = 'LIMIT_EXCEEDED';
  refused('append.stream', bad, () => require({ stream: '' }));
  refused('append.stream', bad, () => require({ stream: '\ud800' }));
  refused('append.stream', over, () => require({ stream: 's'.repeat(513) }));
  refused('append.type', bad, () => require({ type: '' }));
  refused('append.type', over, () => require({ type: 't'.repeat(201) }));
  refused('append.content_type', over, () => require({ contentType: 'c'.repeat(201) }));
  refused('append.content_type', bad, () => require({ contentType: 'a/b\r\nc: d' }));
  refused('append.metadata', over, () => require({ metadata: 'm'.repeat(65_537) }));
  refused('payload', over, () => require({}, 1_048_577));
  refused('append.expected_version', bad, () => require(exact(-1)));
  refused('append.expected_version', bad, () => require(exact(1.5)));
  refused('append.expected_version', over, () => require(exact(2_147_483_647)));
});

test('an event that is too large as a whole is refused', () => {
  const limits = { ...DEFAULT_LIMITS, appendBytesMax: 100 };
  requireAppendTarget({ ...TARGET, metadata: 'm'.repeat(50) }, 50, limits);
  refused('append', 'LIMIT_EXCEEDED', () =>
    requireAppendTarget({ ...TARGET, metadata: 'm'.repeat(51) }, 50, limits),
  );
});
