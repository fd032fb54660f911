import {
  SchedulerServiceService as METHODS,
  type ReplayFailedRequest,
  type ReplayFailedResponse,
} from '../../gen/cassadra/v1/scheduler.js';
import { encodeCount } from '../counts.js';
import { StoreError } from '../errors.js';
import type { NewId } from '../new-event.js';
import { pagesOf } from '../pages.js';
import { requireFilled, requireText } from '../require-text.js';
import type { ClientTime } from '../time.js';
import type { CallLimits } from '../tries.js';
import { callUnary, type UnaryMethod, type Wire } from '../unary.js';
import { requireAnswered, writeUntilKnown } from '../write-until-known.js';
import { decodeSweep, encodeFilter, type FailedFilter, type Sweep } from './sweep.js';

/** How a replay or purge of many is made. */
export interface SweepOptions extends CallLimits {
  /** Only count, and change nothing. */
  readonly dryRun?: boolean;
  /** How many are changed in a second: 1 to 10,000 (50). */
  readonly perSecond?: number;
  /** Names it; the client makes one when it is not given. */
  readonly sweepId?: string;
}

/** How the end of a sweep is waited for. */
export interface SweepWait {
  /** Told after each look. */
  readonly onProgress?: (sweep: Sweep) => void;
  /** Between two looks (1,000). */
  readonly everyMs?: number;
  /** Ends the waiting, not the sweep. */
  readonly signal?: AbortSignal;
}

export interface SweepParts {
  readonly wire: Wire;
  readonly time: ClientTime;
  readonly newId: NewId;
}

type StartMethod = UnaryMethod<ReplayFailedRequest, ReplayFailedResponse>;

/** Begins one; it has one id in all tries, so that it begins once. */
export async function startSweep(
  { wire, newId }: SweepParts,
  method: StartMethod,
  filter: FailedFilter,
  { dryRun = false, perSecond, sweepId, ...limits }: SweepOptions,
): Promise<Sweep> {
  requireFilled(sweepId, 'sweepId');
  const request = {
    sweepId: sweepId ?? newId(),
    filter: encodeFilter(filter),
    dryRun,
    perSecond: encodeCount(perSecond, 'perSecond'),
  };
  return writeUntilKnown(wire, method, request, {
    ...limits,
    // the one that is there asks for something else, so it is not ours
    provesUnwritten: ({ reason }) => reason === 'SWEEP_EXISTS',
    read: ({ sweep }) => decodeSweep(requireAnswered(sweep, 'sweep')),
  });
}

/** Undefined: there is none. */
export async function findSweep(
  wire: Wire,
  sweepId: string,
  limits: CallLimits,
): Promise<Sweep | undefined> {
  requireText(sweepId, 'sweepId');
  try {
    const { sweep } = await callUnary(wire, METHODS.getSweep, { sweepId }, limits);
    return sweep === undefined ? undefined : decodeSweep(sweep);
  } catch (error) {
    if (error instanceof StoreError && error.reason === 'NOT_FOUND') return undefined;
    throw error;
  }
}

/** Looks at it again and again while it runs. NOT_FOUND. */
export async function waitForSweep(
  { wire, time }: SweepParts,
  sweepId: string,
  { onProgress, everyMs = 1_000, signal = new AbortController().signal }: SweepWait,
): Promise<Sweep> {
  for (;;) {
    const sweep = await findSweep(wire, sweepId, { signal });
    if (sweep === undefined) throw new StoreError('NOT_FOUND', `there is no sweep ${sweepId}`);
    onProgress?.(sweep);
    if (sweep.state !== 'running') return sweep;
    await time.sleep(everyMs, signal);
    signal.throwIfAborted();
  }
}

export async function* listSweeps(
  wire: Wire,
  limits: CallLimits,
): AsyncGenerator<Sweep, void, undefined> {
  const pages = pagesOf((page) => callUnary(wire, METHODS.listSweeps, page, limits));
  for await (const { sweeps } of pages) yield* sweeps.map(decodeSweep);
}

/** Repeating it is harmless. */
export async function cancelSweep(wire: Wire, sweepId: string, limits: CallLimits): Promise<Sweep> {
  requireText(sweepId, 'sweepId');
  return writeUntilKnown(
    wire,
    METHODS.cancelSweep,
    { sweepId },
    {
      ...limits,
      read: ({ sweep }) => decodeSweep(requireAnswered(sweep, 'sweep')),
    },
  );
}
