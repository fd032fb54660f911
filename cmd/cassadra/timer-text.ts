import type {
  HttpCall,
  ScheduledAppend,
  TimedEvent,
  TimedEventAttempt,
} from '../../src/client/index.js';
import { printable } from './printable.js';
import { momentText } from './times.js';

/** A timed event as `--json` prints it: bytes in base64, what is not set left out. */
export function timerJson({ bytes, ...event }: TimedEvent): object {
  const data = bytes === undefined ? {} : { base64: Buffer.from(bytes).toString('base64') };
  return { ...event, ...data };
}

/** What is done at the time, on one line. */
export function targetText({
  http,
  append,
}: {
  readonly http: HttpCall | undefined;
  readonly append: ScheduledAppend | undefined;
}): string {
  if (http !== undefined) return `${http.method} ${http.url}`;
  return append === undefined ? '' : `append ${append.type} to ${append.stream}`;
}

/** A timed event on one line for people. */
export function timerText(event: TimedEvent): string {
  const { application, eventId, status, dueMs, attemptCount, failureReason } = event;
  const failed = failureReason === undefined ? '' : ` (${failureReason})`;
  const tried = attemptCount === 0 ? '' : `, ${attemptCount} attempts`;
  const head = `${momentText(dueMs)} ${application} ${eventId} ${status}${failed}${tried}`;
  return printable(`${head}: ${targetText(event)}`);
}

/** An attempt on one line for people. */
export function attemptText(attempt: TimedEventAttempt): string {
  const { number, startedMs, durationMs, outcome, httpStatus, error, body } = attempt;
  const status = httpStatus === undefined ? '' : ` ${httpStatus}`;
  const head = `${number} ${momentText(startedMs)} ${outcome}${status} in ${durationMs} ms`;
  return printable(`${head} ${error ?? body.replace(/\s+/g, ' ')}`).trim();
}
