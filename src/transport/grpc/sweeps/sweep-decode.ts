import { invalidField, requireName } from '../../../core/index.js';
import {
  FailedFilter as WireFilter,
  type ReplayFailedRequest,
} from '../../../gen/cassadra/v1/scheduler.js';
import type { FailedFilter, SweepAction, SweepCommand } from '../../../scheduler/index.js';
import type { FieldPlaces } from '../field-names.js';
import { decodeMoment } from '../number-fields.js';

const PER_SECOND = 50;

const OF_FILTER = [
  ...['application', 'destination', 'http_statuses', 'all'],
  ...['failed_from_ms', 'failed_until_ms', 'due_from_ms', 'due_until_ms'],
];

/** Where the fields of a command stand in its request. */
export const SWEEP_PLACES: FieldPlaces = new Map(OF_FILTER.map((name) => [name, `filter.${name}`]));

const textOf = (text: string): string | undefined => (text === '' ? undefined : text);

/** What is to be done. Throws INVALID_ARGUMENT and LIMIT_EXCEEDED. */
export function decodeSweep(
  action: SweepAction,
  { sweepId, filter, dryRun, perSecond }: ReplayFailedRequest,
): SweepCommand {
  return {
    sweepId: textOf(sweepId),
    action,
    filter: decodeFilter(filter ?? WireFilter.create()),
    dryRun,
    perSecond: perSecond === 0 ? PER_SECOND : perSecond,
  };
}

/** All there are must be asked for in so many words: an empty filter is likely a mistake. */
function decodeFilter(wire: WireFilter): FailedFilter {
  const { all, httpStatuses, ...rest } = wire;
  const some = Object.values(rest).some((value) => value !== undefined && value !== '');
  if ((some || httpStatuses.length > 0) === all) {
    throw invalidField('all', 'must be set when nothing else is, and only then');
  }
  return {
    application: textOf(wire.application),
    failedFromMs: decodeMoment('failed_from_ms', wire.failedFromMs),
    failedUntilMs: decodeMoment('failed_until_ms', wire.failedUntilMs),
    dueFromMs: decodeMoment('due_from_ms', wire.dueFromMs),
    dueUntilMs: decodeMoment('due_until_ms', wire.dueUntilMs),
    destination: textOf(wire.destination),
    httpStatuses: wire.httpStatuses,
  };
}

/** The sweep that is meant. Throws INVALID_ARGUMENT and LIMIT_EXCEEDED. */
export function decodeSweepId({ sweepId }: { readonly sweepId: string }): string {
  requireName('sweep_id', sweepId);
  return sweepId;
}
