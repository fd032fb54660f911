import { typeText, type EventContent } from './events.js';
import type { JsonFields } from './json-fields.js';

export const STATUSES = [
  'PENDING',
  'PROCESSING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'SKIPPED',
] as const;
export type TimedEventStatus = (typeof STATUSES)[number];

export type Target =
  | { readonly kind: 'http'; readonly method: string; readonly url: string }
  | { readonly kind: 'append'; readonly stream: string; readonly type: string };

export interface TimedEvent {
  readonly application: string;
  readonly eventId: string;
  readonly status: TimedEventStatus;
  readonly dueMs: number;
  /** Of the next attempt, while one is to come. */
  readonly nextMs: number | undefined;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly finishedMs: number | undefined;
  readonly target: Target;
  /** Not in lists. */
  readonly payload: EventContent | undefined;
  readonly attemptCount: number;
  readonly failureReason: string;
  readonly generation: string;
  /** Of the schedule whose run it is. */
  readonly scheduleId: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly attemptsMax: number | undefined;
}

export interface Attempt {
  readonly number: number;
  readonly startedMs: number;
  readonly durationMs: number;
  readonly outcome: 'ANSWERED' | 'FAILED' | 'LOST';
  /** 0 without an answer. */
  readonly httpStatus: number;
  readonly body: string;
  readonly error: string;
}

export interface Schedule {
  readonly application: string;
  readonly scheduleId: string;
  readonly recurrence: Recurrence;
  readonly target: Target;
  readonly pausedMs: number | undefined;
  readonly pauseNote: string;
  readonly nextRun: ComingRun | undefined;
  readonly recentRuns: readonly ScheduledRun[];
  readonly made: number;
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
}

export type Recurrence =
  | { readonly kind: 'cron'; readonly expression: string; readonly timeZone: string }
  | { readonly kind: 'interval'; readonly everyMs: number };

export interface ComingRun {
  readonly nominalMs: number;
  readonly dueMs: number;
}

export interface ScheduledRun extends ComingRun {
  readonly eventId: string;
  readonly cause: string;
}

export interface Application {
  readonly application: string;
  readonly pausedMs: number | undefined;
  readonly pauseNote: string;
  readonly pendingCount: number | undefined;
}

export interface Sweep {
  readonly sweepId: string;
  readonly action: 'REPLAY' | 'PURGE';
  readonly dryRun: boolean;
  readonly state: 'RUNNING' | 'DONE' | 'CANCELLED';
  readonly createdMs: number;
  readonly scanned: number;
  readonly matched: number;
  readonly changed: number;
  readonly overtaken: number;
  readonly examples: readonly { readonly application: string; readonly eventId: string }[];
}

/** A member of an enum without the name of the enum before it. */
function member<Name extends string>(text: string, prefix: string, names: readonly Name[]): Name {
  const [first] = names;
  const found = names.find((name) => text === `${prefix}_${name}`) ?? first;
  if (found === undefined) throw new TypeError('an enum without members');
  return found;
}

export function timedEvent(fields: JsonFields): TimedEvent {
  const retry = fields.optionalObject('retry');
  return {
    application: fields.text('application'),
    eventId: fields.text('eventId'),
    status: member(fields.text('status'), 'TIMED_EVENT_STATUS', STATUSES),
    dueMs: fields.number('dueMs'),
    nextMs: fields.optionalNumber('nextMs'),
    createdMs: fields.number('createdMs'),
    updatedMs: fields.number('updatedMs'),
    finishedMs: fields.optionalNumber('finishedMs'),
    target: targetOf(fields),
    payload: payloadOf(fields),
    attemptCount: fields.number('attemptCount'),
    failureReason: fields.text('failureReason'),
    generation: fields.text('generation'),
    scheduleId: fields.optionalObject('run')?.text('scheduleId'),
    timeoutMs: fields.optionalNumber('timeoutMs'),
    attemptsMax: retry?.optionalNumber('attempts'),
  };
}

function targetOf(fields: JsonFields): Target {
  const append = fields.optionalObject('append');
  if (append !== undefined) {
    const type = { type: append.text('type'), typeCode: append.number('typeCode') };
    return { kind: 'append', stream: append.text('stream'), type: typeText(type) };
  }
  const http = fields.object('http');
  const method = http.text('method').replace('HTTP_METHOD_', '');
  const isSaid = method !== '' && method !== 'UNSPECIFIED';
  return { kind: 'http', method: isSaid ? method : 'POST', url: http.text('url') };
}

function payloadOf(fields: JsonFields): EventContent | undefined {
  if (fields.has('json')) return { kind: 'json', text: fields.text('json') };
  return fields.has('data') ? { kind: 'bytes', base64: fields.text('data') } : undefined;
}

export function attempt(fields: JsonFields): Attempt {
  const outcomes = ['ANSWERED', 'FAILED', 'LOST'] as const;
  return {
    number: fields.number('number'),
    startedMs: fields.number('startedMs'),
    durationMs: fields.number('durationMs'),
    outcome: member(fields.text('outcome'), 'ATTEMPT_OUTCOME', outcomes),
    httpStatus: fields.number('httpStatus'),
    body: fields.text('body'),
    error: fields.text('error'),
  };
}

export function schedule(fields: JsonFields): Schedule {
  const plan = fields.object('plan');
  const cron = plan.optionalObject('cron');
  const next = fields.optionalObject('nextRun');
  return {
    application: fields.text('application'),
    scheduleId: fields.text('scheduleId'),
    recurrence:
      cron === undefined
        ? { kind: 'interval', everyMs: plan.object('interval').number('everyMs') }
        : {
            kind: 'cron',
            expression: cron.text('expression'),
            timeZone: cron.text('timeZone') === '' ? 'UTC' : cron.text('timeZone'),
          },
    target: targetOf(plan.object('run')),
    pausedMs: fields.optionalNumber('pausedMs'),
    pauseNote: fields.text('pauseNote'),
    nextRun: next === undefined ? undefined : comingRun(next),
    recentRuns: fields.list('recentRuns', (it) => ({
      ...comingRun(it),
      eventId: it.text('eventId'),
      cause: it.text('cause').replace('RUN_CAUSE_', ''),
    })),
    made: fields.number('made'),
    skipped: fields.list('skipped', (it) => ({
      reason: it.text('reason').replace('SKIP_REASON_', ''),
      count: it.number('count'),
    })),
  };
}

export function comingRun(fields: JsonFields): ComingRun {
  return { nominalMs: fields.number('nominalMs'), dueMs: fields.number('dueMs') };
}

export function application(fields: JsonFields): Application {
  return {
    application: fields.text('application'),
    pausedMs: fields.optionalNumber('pausedMs'),
    pauseNote: fields.text('pauseNote'),
    pendingCount: fields.optionalNumber('pendingCount'),
  };
}

export function sweep(fields: JsonFields): Sweep {
  return {
    sweepId: fields.text('sweepId'),
    action: member(fields.text('action'), 'SWEEP_ACTION', ['REPLAY', 'PURGE'] as const),
    dryRun: fields.flag('dryRun'),
    state: member(fields.text('state'), 'SWEEP_STATE', ['RUNNING', 'DONE', 'CANCELLED'] as const),
    createdMs: fields.number('createdMs'),
    scanned: fields.number('scanned'),
    matched: fields.number('matched'),
    changed: fields.number('changed'),
    overtaken: fields.number('overtaken'),
    examples: fields.list('examples', (it) => ({
      application: it.text('application'),
      eventId: it.text('eventId'),
    })),
  };
}
