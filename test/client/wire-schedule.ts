import {
  HttpMethod,
  MissedRunAction,
  OverlapPolicy,
  type Schedule,
} from '../../src/gen/cassadra/v1/scheduler.js';

/** A schedule as a server shows it: all fields of its plan are set. */
export function wireSchedule(): Schedule {
  return {
    application: 'shop',
    scheduleId: 'report',
    revision: 3n,
    plan: {
      recurrence: { $case: 'cron', value: { expression: '0 4 * * *', timeZone: 'UTC' } },
      startMs: undefined,
      endMs: undefined,
      jitterMs: 0n,
      overlap: OverlapPolicy.OVERLAP_POLICY_SKIP,
      missed: {
        action: MissedRunAction.MISSED_RUN_ACTION_FIRE_ONCE,
        runsMax: 0,
        perSecond: 0,
        afterMs: 60_000n,
      },
      run: {
        payload: { $case: 'json', value: '{"n":1}' },
        target: {
          $case: 'http',
          value: {
            url: 'https://example.test/',
            method: HttpMethod.HTTP_METHOD_POST,
            headers: [{ name: 'content-type', value: 'application/json' }],
          },
        },
        retry: {
          attempts: 5,
          firstDelayMs: 500n,
          maxDelayMs: 3_600_000n,
          doublings: 16,
          jitter: 0,
          maxAgeMs: undefined,
        },
        timeoutMs: 15_000n,
        retentionMs: 604_800_000n,
        lateness: undefined,
      },
    },
    createdMs: 1n,
    updatedMs: 2n,
    pausedMs: undefined,
    pauseNote: '',
    nextRun: undefined,
    recentRuns: [],
    bufferedNominalMs: undefined,
    made: 0n,
    skipped: [],
    backfill: undefined,
  };
}
