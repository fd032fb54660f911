import {
  requireName,
  requireWithin,
  textBytes,
  type DecidedRun,
  type RunOrigin,
  type Schedule,
} from '../../core/index.js';

/** What is added to it is up to 41 bytes, and an event id has 200. */
const SCHEDULE_ID_BYTES_MAX = 150;
const TRIGGER_ID_BYTES_MAX = 40;

export function requireScheduleId(scheduleId: string): void {
  requireName('schedule_id', scheduleId);
  requireWithin('schedule_id', textBytes(scheduleId), SCHEDULE_ID_BYTES_MAX, 'bytes');
}

export function requireTriggerId(triggerId: string): void {
  requireName('trigger_id', triggerId);
  requireWithin('trigger_id', textBytes(triggerId), TRIGGER_ID_BYTES_MAX, 'bytes');
}

/** The run of a nominal time. Its event id follows from it. */
export function runAt(
  { key }: Schedule,
  nominalMs: number,
  dueMs: number,
  cause: Exclude<RunOrigin['cause'], 'trigger'>,
): DecidedRun {
  const eventId = `${key.scheduleId}@${new Date(nominalMs).toISOString()}`;
  return { eventId, nominalMs, dueMs, cause };
}

/** The run of a trigger, now. */
export function triggeredRun({ key }: Schedule, triggerId: string, nowMs: number): DecidedRun {
  const eventId = triggeredEventId(key.scheduleId, triggerId);
  return { eventId, nominalMs: nowMs, dueMs: nowMs, cause: 'trigger' };
}

export function triggeredEventId(scheduleId: string, triggerId: string): string {
  return `${scheduleId}!${triggerId}`;
}
