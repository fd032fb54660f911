import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  claimed,
  DEFAULT_RETRY,
  requireUuid,
  scheduled,
  type TimedEvent,
} from '../../../core/index.js';
import { systemIds } from '../../../runtime/index.js';
import type { DueEntry } from '../../../storage/index.js';
import { RecentEntries } from './recent-entries.js';

const NOW_MS = 1_700_000_000_000;
const KEY = { application: 'app', eventId: 'a' };
const newUuid = () => requireUuid(systemIds.newId());
const moment = () => ({ nowMs: NOW_MS, change: newUuid() });

function entry(inMs: number, bytes = 10, metadata = ''): TimedEvent {
  const target = { kind: 'http', url: 'http://a/', method: 'POST', headers: [] } as const;
  const headers = metadata === '' ? [] : [{ name: 'x', value: metadata }];
  const plan = {
    dueMs: NOW_MS + inMs,
    payload: Buffer.alloc(bytes),
    target: { ...target, headers },
    retry: DEFAULT_RETRY,
    timeoutMs: 5_000,
    retentionMs: 60_000,
  };
  return scheduled(KEY, plan, newUuid(), moment());
}

function noticeOf({ key, generation, plan }: TimedEvent): DueEntry {
  const rest = { destination: 'http://a', writtenMs: 0, epoch: 1 };
  return { key, generation, nextMs: plan.dueMs, ...rest };
}

test('what was written is known as its notice says, until it is forgotten', () => {
  const recent = new RecentEntries();
  const event = entry(1_000);
  const notice = noticeOf(event);
  assert.equal(recent.about(notice), undefined);
  recent.keep(event, NOW_MS);
  assert.equal(recent.about(notice), event);
  assert.equal(recent.about({ ...notice, generation: newUuid() }), undefined);
  assert.equal(recent.about({ ...notice, nextMs: notice.nextMs + 1 }), undefined);
  assert.equal(recent.about({ ...notice, key: { ...KEY, eventId: 'b' } }), undefined);
  recent.forget(KEY);
  assert.equal(recent.about(notice), undefined);
});

test('what is claimed is pending no more', () => {
  const recent = new RecentEntries();
  const event = entry(0);
  recent.keep(event, NOW_MS);
  const claim = { poller: newUuid(), epoch: 1, claimedMs: NOW_MS };
  const to = claimed(event, claim, moment());
  assert.ok(to);
  recent.keep(to, NOW_MS);
  assert.equal(recent.about(noticeOf(event)), undefined);
});

test('what is far ahead, or large, is not kept', () => {
  const far = entry(60_001);
  const ofPayload = entry(0, 4_097);
  const ofTarget = entry(0, 10, 'x'.repeat(4_096));
  for (const event of [far, ofPayload, ofTarget]) {
    const recent = new RecentEntries();
    // and what stood there is gone
    recent.keep(entry(0), NOW_MS);
    recent.keep(event, NOW_MS);
    assert.equal(recent.about(noticeOf(event)), undefined);
  }
  const recent = new RecentEntries();
  const [soon, small] = [entry(60_000), entry(0, 3_900)];
  recent.keep(soon, NOW_MS);
  assert.equal(recent.about(noticeOf(soon)), soon);
  recent.keep(small, NOW_MS);
  assert.equal(recent.about(noticeOf(small)), small);
});
