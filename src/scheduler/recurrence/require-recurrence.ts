import { invalidField, requireWithin, type AppError, type Recurrence } from '../../core/index.js';
import { WallPattern } from './wall-pattern.js';

const EXPRESSION_LENGTH_MAX = 200;
const ZONE_LENGTH_MAX = 64;
const EVERY_MS_MIN = 1_000;
const EVERY_MS_MAX = 365 * 86_400_000;

/** Throws INVALID_ARGUMENT or LIMIT_EXCEEDED unless it names times, and some that come. */
export function requireRecurrence(recurrence: Recurrence): void {
  switch (recurrence.kind) {
    case 'cron':
      requireZone(recurrence.timeZone);
      return requireExpression(recurrence.expression);
    case 'interval':
      return requireInterval(recurrence.everyMs, recurrence.phaseMs);
  }
}

function requireZone(timeZone: string): void {
  const field = 'cron.time_zone';
  requireWithin(field, timeZone.length, ZONE_LENGTH_MAX);
  // Intl also takes offsets, which are no zones
  if (/^[A-Za-z]/.test(timeZone) && isZone(timeZone)) return;
  throw invalidField(field, 'must be an IANA time zone, as Europe/Berlin or UTC');
}

function isZone(timeZone: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}

function requireExpression(expression: string): void {
  const field = 'cron.expression';
  requireWithin(field, expression.length, EXPRESSION_LENGTH_MAX);
  if (patternOf(expression).firstFrom(0) !== undefined) return;
  throw invalidField(field, 'names a time that never comes');
}

function patternOf(expression: string): WallPattern {
  try {
    return new WallPattern(expression);
  } catch (error) {
    throw notAnExpression(error);
  }
}

/** With what is wrong, in croner's words. */
function notAnExpression(error: unknown): AppError {
  const reason = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : '';
  return invalidField('cron.expression', `must be a cron expression of 5 or 6 fields: ${reason}`);
}

function requireInterval(everyMs: number, phaseMs: number): void {
  if (!Number.isInteger(everyMs) || everyMs < EVERY_MS_MIN || everyMs > EVERY_MS_MAX) {
    const problem = `must be a whole number of ms from ${EVERY_MS_MIN} to ${EVERY_MS_MAX}`;
    throw invalidField('interval.every_ms', problem);
  }
  if (Number.isInteger(phaseMs) && phaseMs >= 0 && phaseMs < everyMs) return;
  throw invalidField('interval.phase_ms', 'must be a whole number of ms from 0 to below every_ms');
}
