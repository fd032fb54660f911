import type { DecidedRun, Schedule, SchedulePlan, SkippedRuns } from '../../src/core/index.js';
import type { ScheduleDraft, Schedules } from '../../src/scheduler/index.js';
import { NOW_MS } from './scheduler-under-test.js';

/** A call as it came: the method and what it was given, without the signal. */
export type RecordedCall = readonly [method: string, ...given: unknown[]];

const RUN: DecidedRun = {
  ...{ eventId: 'nightly@1', nominalMs: NOW_MS, dueMs: NOW_MS + 123, cause: 'schedule' },
};
const SKIPPED: SkippedRuns = {
  ...{ reason: 'paused', firstNominalMs: NOW_MS, lastNominalMs: NOW_MS + 1, count: 2 },
  decidedMs: NOW_MS + 3,
};

/** What has been asked for, with everything else that a schedule can have. */
function scheduleOf({ key, timing, overlap, missed, missedAfterMs, run }: ScheduleDraft): Schedule {
  const retry = { attemptsMax: 5, firstDelayMs: 500, maxDelayMs: 3_600_000, doublings: 16 };
  const plan: SchedulePlan = {
    timing,
    overlap: overlap ?? 'skip',
    missed: missed ?? { kind: 'fire-once' },
    missedAfterMs: missedAfterMs ?? 60_000,
    run: {
      ...{ timeoutMs: 15_000, retentionMs: 604_800_000 },
      ...run,
      retry: { ...retry, jitter: 0, maxAgeMs: undefined, ...run.retry },
    },
  };
  return {
    ...{ key, revision: 7, plan, createdMs: NOW_MS, updatedMs: NOW_MS + 1, decidedMs: NOW_MS },
    paused: { sinceMs: NOW_MS + 2, note: 'über Nacht' },
    next: { nominalMs: NOW_MS + 3, dueMs: NOW_MS + 4 },
    ...{ armedMs: NOW_MS, decided: [] },
    buffered: { nominalMs: NOW_MS + 5, sinceMs: NOW_MS },
    recent: [RUN, { ...RUN, cause: 'trigger' }, { ...RUN, cause: 'backfill' }],
    skipped: [],
    backfill: {
      ...{ fromMs: 1_000, untilMs: 3_000, perSecond: 9, doneMs: 2_999, made: 4, skipped: 5 },
    },
    counts: { made: 6, skipped: { overlap: 1, missed: 2, paused: 0, exists: 4 } },
  };
}

const DRAFT: ScheduleDraft = {
  key: { application: 'shop', scheduleId: 'nightly' },
  timing: { recurrence: { kind: 'interval', everyMs: 60_000, phaseMs: 0 }, jitterMs: 0 },
  run: {
    payload: Buffer.from('{}'),
    target: {
      ...{ kind: 'http', url: 'http://receiver.test/', method: 'POST' },
      headers: [{ name: 'content-type', value: 'application/json' }],
    },
  },
};

/** Notes what it is asked, and answers with values that have all fields. */
export function recordedSchedules(calls: RecordedCall[]): Schedules {
  const noted = <Answer>(answer: Answer, ...call: RecordedCall): Promise<Answer> => {
    calls.push(call);
    return Promise.resolve(answer);
  };
  const schedule = scheduleOf(DRAFT);
  return {
    create: (draft, onExists) =>
      noted({ schedule: scheduleOf(draft), outcome: 'replaced' }, 'create', draft, onExists),
    update: (draft, revision) => noted(scheduleOf(draft), 'update', draft, revision),
    find: (key) => noted(key.scheduleId === 'none' ? undefined : schedule, 'find', key),
    list: (application, page) =>
      noted({ schedules: [schedule], next: 'a.b' }, 'list', application, page),
    remove: (key) => noted(undefined, 'remove', key),
    pause: (key, note) => noted(schedule, 'pause', key, note),
    resume: (key) => noted(schedule, 'resume', key),
    trigger: (key, triggerId) => noted(RUN, 'trigger', key, triggerId),
    backfill: (key, range) => noted(schedule, 'backfill', key, range),
    nextRuns: (key, afterMs, count) =>
      noted([{ nominalMs: 1, dueMs: 2 }], 'nextRuns', key, afterMs, count),
    skippedRuns: (key, page) => noted({ skipped: [SKIPPED], next: '2' }, 'skippedRuns', key, page),
  };
}
