import {
  destinationOf,
  EVENT_STORE_DESTINATION,
  invalidField,
  requireName,
  requireRange,
  requireUrl,
  requireWithin,
  textBytes,
} from '../../core/index.js';
import type { FailedFilter, SweepCommand } from './sweeps.js';

const PER_SECOND = { min: 1, max: 10_000 };
const TIME_MS = { min: 0, max: Number.MAX_SAFE_INTEGER };
const STATUS = { min: 100, max: 999 };
const STATUSES_MAX = 100;
const ID_BYTES_MAX = 100;

export interface NormalCommand extends SweepCommand {
  readonly sweepId: string;
}

/** In the one form that stands for all that mean the same. Throws for what makes no sense. */
export function normalCommand(command: SweepCommand, newId: () => string): NormalCommand {
  const { sweepId = newId(), action, dryRun, perSecond } = command;
  requireName('sweep_id', sweepId);
  requireWithin('sweep_id', textBytes(sweepId), ID_BYTES_MAX, 'bytes');
  requireRange('per_second', perSecond, PER_SECOND);
  return { sweepId, action, filter: normalFilter(command.filter), dryRun, perSecond };
}

function normalFilter(filter: FailedFilter): FailedFilter {
  const { application, failedFromMs, failedUntilMs, dueFromMs, dueUntilMs } = filter;
  if (application !== undefined) requireName('application', application);
  requireTimes('failed', failedFromMs, failedUntilMs);
  requireTimes('due', dueFromMs, dueUntilMs);
  const { destination } = filter;
  return {
    application,
    failedFromMs,
    failedUntilMs,
    dueFromMs,
    dueUntilMs,
    destination: destination === undefined ? undefined : normalDestination(destination),
    httpStatuses: normalStatuses(filter.httpStatuses),
  };
}

function requireTimes(name: string, fromMs: number | undefined, untilMs: number | undefined): void {
  if (fromMs !== undefined) requireRange(`${name}_from_ms`, fromMs, TIME_MS);
  if (untilMs === undefined) return;
  requireRange(`${name}_until_ms`, untilMs, TIME_MS);
  if (untilMs > (fromMs ?? 0)) return;
  throw invalidField(`${name}_until_ms`, `must be later than ${name}_from_ms`);
}

function normalDestination(text: string): string {
  if (text === EVENT_STORE_DESTINATION) return text;
  const url = requireUrl('destination', text);
  return destinationOf({ kind: 'http', url, method: 'POST', headers: [] });
}

function normalStatuses(statuses: readonly number[]): readonly number[] {
  requireWithin('http_statuses', statuses.length, STATUSES_MAX);
  for (const [index, status] of statuses.entries()) {
    if (status !== 0) requireRange(`http_statuses[${index}]`, status, STATUS);
  }
  return [...new Set(statuses)].sort((left, right) => left - right);
}

/** Whether two commands in their normal form ask for the same. */
export function sameCommand(left: NormalCommand, right: NormalCommand): boolean {
  return wishOf(left) === wishOf(right);
}

function wishOf({ action, filter, dryRun, perSecond }: NormalCommand): string {
  const { application, failedFromMs, failedUntilMs, dueFromMs, dueUntilMs } = filter;
  const { destination, httpStatuses } = filter;
  const times = [failedFromMs, failedUntilMs, dueFromMs, dueUntilMs];
  // in an array, undefined becomes null: nothing else is
  return JSON.stringify([action, dryRun, perSecond, application, times, destination, httpStatuses]);
}
