import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from './app-error.js';
import { DEFAULT_RETRY } from './retry-policy.js';
import {
  DEFAULT_TIMED_EVENT_LIMITS,
  requireHeader,
  requireMethod,
  requireName,
  requireUrl,
  validateTimedEvent,
} from './timed-event-limits.js';
import type { TimedEventPlan } from './timed-event.js';

const NOW_MS = 1_700_000_000_000;
const TARGET = { kind: 'http', url: 'http://x.test/', method: 'POST', headers: [] } as const;
const PLAN: TimedEventPlan = {
  dueMs: NOW_MS,
  payload: new Uint8Array(),
  target: TARGET,
  retry: DEFAULT_RETRY,
  timeoutMs: 15_000,
  retentionMs: 1_000,
};

function refused(field: string, code: string, work: () => unknown): void {
  assert.throws(work, (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, code);
    assert.equal(error.details['field'], field);
    return true;
  });
}

function validate(plan: Partial<TimedEventPlan>, eventId = 'a'): void {
  const key = { application: 'app', eventId };
  validateTimedEvent(key, { ...PLAN, ...plan }, NOW_MS, DEFAULT_TIMED_EVENT_LIMITS);
}

test('a plain event, one of long ago, and one at the horizon pass', () => {
  validate({});
  validate({ dueMs: 0 });
  validate({ lateness: { maxMs: 0, action: 'dead-letter' } });
  validate({ dueMs: NOW_MS + DEFAULT_TIMED_EVENT_LIMITS.horizonMs });
});

test('each field is named when it is bad', () => {
  const bad = 'INVALID_ARGUMENT';
  const horizonMs = DEFAULT_TIMED_EVENT_LIMITS.horizonMs;
  for (const dueMs of [-1, 0.5, Number.NaN, Infinity, NOW_MS + horizonMs + 1]) {
    refused('due_ms', bad, () => validate({ dueMs }));
  }
  for (const timeoutMs of [99, 600_001, 1.5])
    refused('timeout_ms', bad, () => validate({ timeoutMs }));
  for (const retentionMs of [999, 366 * 86_400_000]) {
    refused('retention_ms', bad, () => validate({ retentionMs }));
  }
  const retry = (part: Partial<typeof DEFAULT_RETRY>) => ({ retry: { ...DEFAULT_RETRY, ...part } });
  refused('retry.attempts', bad, () => validate(retry({ attemptsMax: 0 })));
  refused('retry.first_delay_ms', bad, () => validate(retry({ firstDelayMs: 9 })));
  refused('retry.max_delay_ms', bad, () => validate(retry({ maxDelayMs: 1e12 })));
  refused('retry.doublings', bad, () => validate(retry({ doublings: 31 })));
  refused('retry.jitter', bad, () => validate(retry({ jitter: Number.NaN })));
  refused('retry.max_age_ms', bad, () => validate(retry({ maxAgeMs: 1 })));
  for (const maxMs of [-1, 0.5, Number.NaN, 1e12]) {
    refused('lateness.max_ms', bad, () => validate({ lateness: { maxMs, action: 'skip' } }));
  }
  refused('target', bad, () => validate({ target: { kind: 'task', task: 'sweep' } }));
  refused('payload', 'LIMIT_EXCEEDED', () => validate({ payload: new Uint8Array(1_048_577) }));
  const headers = Array.from({ length: 65 }, () => ({ name: 'a', value: 'b' }));
  refused('http.headers', 'LIMIT_EXCEEDED', () => validate({ target: { ...TARGET, headers } }));
  const long = [{ name: 'a', value: 'b'.repeat(16_384) }];
  refused('http.headers', 'LIMIT_EXCEEDED', () =>
    validate({ target: { ...TARGET, headers: long } }),
  );
  refused('event_id', bad, () => validate({}, ''));
});

test('names: 1 to 200 bytes of UTF-8, no controls', () => {
  requireName('n', 'ä'.repeat(100));
  refused('n', 'LIMIT_EXCEEDED', () => requireName('n', `${'ä'.repeat(100)}x`));
  for (const name of ['', 'a\nb', 'a\u0000', '\ud800']) {
    refused('n', 'INVALID_ARGUMENT', () => requireName('n', name));
  }
});

describe('targets', () => {
  test('URLs get their normal form and lose their fragment', () => {
    assert.equal(requireUrl('url', 'HTTP://X.test:80/a/../b#c'), 'http://x.test/b');
    assert.equal(requireUrl('url', 'https://x.test?q=%20'), 'https://x.test/?q=%20');
  });

  test('URLs that are no web addresses, or say too much, are refused', () => {
    const bad = [
      '',
      '/path',
      'x.test',
      'ftp://x.test/',
      'javascript:1',
      'http://',
      'http://u:p@x/',
    ];
    for (const url of [...bad, 'http://x.test/a\r\nb', 'http://x.test/\u0000']) {
      refused('url', 'INVALID_ARGUMENT', () => requireUrl('url', url));
    }
    refused('url', 'LIMIT_EXCEEDED', () => requireUrl('url', `http://x/${'a'.repeat(2_048)}`));
  });

  test('headers cannot be injected, nor those set that the sender sets', () => {
    requireHeader('h', { name: 'X-Trace', value: 'a\tb é' });
    const bad = [
      'host',
      'Content-Length',
      'Transfer-Encoding',
      'Cassadra-Id',
      'Proxy-X',
      'a b',
      '',
    ];
    for (const name of bad) {
      refused('h', 'INVALID_ARGUMENT', () => requireHeader('h', { name, value: 'x' }));
    }
    for (const value of ['a\r\nb: c', 'a\nb', '\u0000', '\u20ac']) {
      refused('h', 'INVALID_ARGUMENT', () => requireHeader('h', { name: 'a', value }));
    }
  });

  test('methods', () => {
    assert.equal(requireMethod('method', 'PATCH'), 'PATCH');
    refused('method', 'INVALID_ARGUMENT', () => requireMethod('method', 'get'));
  });
});
