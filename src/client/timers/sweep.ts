import {
  SweepAction,
  SweepState,
  type FailedFilter as WireFilter,
  type Sweep as WireSweep,
} from '../../gen/cassadra/v1/scheduler.js';
import { Choices } from '../choices.js';
import { wholeNumber } from '../counts.js';
import { invalidField } from '../errors.js';
import { numberOf, optionalMs } from '../moment.js';
import { requireFilled } from '../require-text.js';

/** Which failed timed events are meant: those for which all that is given holds; at least one. */
export interface FailedFilter {
  /** Not given: those of all applications. */
  readonly application?: string | undefined;
  /** When they failed, ms since the epoch: from inclusive, until exclusive. */
  readonly failedFromMs?: number | undefined;
  readonly failedUntilMs?: number | undefined;
  /** When they were due. */
  readonly dueFromMs?: number | undefined;
  readonly dueUntilMs?: number | undefined;
  /** Any URL of it (scheme, host and port count), or `append:` for appends. */
  readonly destination?: string | undefined;
  /** What the last attempt was answered with; 0: not at all. Not given: any. */
  readonly httpStatuses?: readonly number[] | undefined;
  /** All there are, of all applications. Not together with anything else. */
  readonly all?: boolean | undefined;
}

/** A replay or purge of many, as far as it has come. Times in ms since the epoch. */
export interface Sweep {
  readonly sweepId: string;
  readonly action: 'replay' | 'purge' | 'unknown';
  readonly filter: FailedFilter;
  /** It only counts. */
  readonly dryRun: boolean;
  readonly perSecond: number;
  readonly state: 'running' | 'done' | 'cancelled' | 'unknown';
  readonly createdMs: number;
  readonly updatedMs: number;
  /** How many failed ones were looked at. */
  readonly scanned: number;
  /** How many of them the filter names. */
  readonly matched: number;
  /** How many of them were changed; 0 in a dry run. */
  readonly changed: number;
  /** How many of them somebody else had changed first. */
  readonly overtaken: number;
  /** Some of those that matched, up to 20. */
  readonly examples: readonly { readonly application: string; readonly eventId: string }[];
}

const ACTIONS = new Choices({
  replay: SweepAction.SWEEP_ACTION_REPLAY,
  purge: SweepAction.SWEEP_ACTION_PURGE,
});

const STATES = new Choices({
  running: SweepState.SWEEP_STATE_RUNNING,
  done: SweepState.SWEEP_STATE_DONE,
  cancelled: SweepState.SWEEP_STATE_CANCELLED,
});

/**
 * For the wire. Throws InvalidRequestError naming the field: what is given empty would mean all of
 * them.
 */
export function encodeFilter(filter: FailedFilter): WireFilter {
  const { application, destination, httpStatuses } = filter;
  requireFilled(application, 'filter.application');
  requireFilled(destination, 'filter.destination');
  if (httpStatuses?.length === 0) throw invalidField('filter.httpStatuses', 'is empty');
  return {
    application: application ?? '',
    failedFromMs: optionalMs(filter.failedFromMs, 'filter.failedFromMs'),
    failedUntilMs: optionalMs(filter.failedUntilMs, 'filter.failedUntilMs'),
    dueFromMs: optionalMs(filter.dueFromMs, 'filter.dueFromMs'),
    dueUntilMs: optionalMs(filter.dueUntilMs, 'filter.dueUntilMs'),
    destination: destination ?? '',
    httpStatuses: (httpStatuses ?? []).map((one) => wholeNumber(one, 'filter.httpStatuses', 0)),
    all: filter.all === true,
  };
}

function decodeFilter(filter: WireFilter | undefined): FailedFilter {
  if (filter === undefined) return {};
  const { application, destination, httpStatuses } = filter;
  return {
    application: application === '' ? undefined : application,
    failedFromMs: numberOf(filter.failedFromMs),
    failedUntilMs: numberOf(filter.failedUntilMs),
    dueFromMs: numberOf(filter.dueFromMs),
    dueUntilMs: numberOf(filter.dueUntilMs),
    destination: destination === '' ? undefined : destination,
    httpStatuses: httpStatuses.length === 0 ? undefined : httpStatuses,
    ...(filter.all && { all: true }),
  };
}

/** As a caller gets it. */
export function decodeSweep(sweep: WireSweep): Sweep {
  const { sweepId, dryRun, perSecond, examples } = sweep;
  return {
    sweepId,
    action: ACTIONS.find(sweep.action) ?? 'unknown',
    filter: decodeFilter(sweep.filter),
    dryRun,
    perSecond,
    state: STATES.find(sweep.state) ?? 'unknown',
    createdMs: Number(sweep.createdMs),
    updatedMs: Number(sweep.updatedMs),
    scanned: Number(sweep.scanned),
    matched: Number(sweep.matched),
    changed: Number(sweep.changed),
    overtaken: Number(sweep.overtaken),
    examples: examples.map(({ application, eventId }) => ({ application, eventId })),
  };
}
