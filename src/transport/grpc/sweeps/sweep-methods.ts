import { AppError, untilEnd } from '../../../core/index.js';
import type {
  ListSweepsRequest,
  ListSweepsResponse,
  ReplayFailedRequest,
  ReplayFailedResponse,
} from '../../../gen/cassadra/v1/scheduler.js';
import type { SweepAction, Sweeps } from '../../../scheduler/index.js';
import { withFieldsAt } from '../field-names.js';
import { decodePageSize } from '../page-size.js';
import { nextToken, placeOfToken } from '../page-token.js';
import { decodeKey } from '../scheduler-decode.js';
import { unaryMethod, type UnaryMethod } from '../unary-method.js';
import { SWEEP_CODECS } from './sweep-codecs.js';
import { decodeSweep, decodeSweepId, SWEEP_PLACES } from './sweep-decode.js';
import { encodeRetryOutcome, encodeSweep } from './sweep-encode.js';

const LIST = ['sweeps'];

/** A sweep has up to 12 KB: so many always fit in a response. */
const PAGE_MAX = 250;

/** The methods of the scheduler for what has failed. */
export function sweepMethods(sweeps: Sweeps): Readonly<Record<string, UnaryMethod>> {
  return { ...forOne(sweeps), ...forMany(sweeps) };
}

function forOne(sweeps: Sweeps): Readonly<Record<string, UnaryMethod>> {
  const { retryNow, purge } = SWEEP_CODECS;
  return {
    RetryNow: unaryMethod(retryNow, async (request, { signal }) => ({
      outcome: encodeRetryOutcome(await sweeps.retryNow(decodeKey(request), signal)),
    })),
    Purge: unaryMethod(purge, async (request, { signal }) => {
      if (await sweeps.purge(decodeKey(request), signal)) return {};
      throw new AppError('NOT_FAILED', 'the timed event has not failed: only then it is purged');
    }),
  };
}

function forMany(sweeps: Sweeps): Readonly<Record<string, UnaryMethod>> {
  const { replayFailed, purgeFailed, getSweep, listSweeps, cancelSweep } = SWEEP_CODECS;
  const start = (
    action: SweepAction,
    request: ReplayFailedRequest,
    signal: AbortSignal,
  ): Promise<ReplayFailedResponse> =>
    withFieldsAt(SWEEP_PLACES, async () => ({
      sweep: encodeSweep(await sweeps.start(decodeSweep(action, request), signal)),
    }));
  return {
    ReplayFailed: unaryMethod(replayFailed, (request, { signal }) =>
      start('replay', request, signal),
    ),
    PurgeFailed: unaryMethod(purgeFailed, (request, { signal }) => start('purge', request, signal)),
    GetSweep: unaryMethod(getSweep, async (request, { signal }) => {
      const sweep = await untilEnd(sweeps.find(decodeSweepId(request)), signal);
      if (sweep !== undefined) return { sweep: encodeSweep(sweep) };
      throw new AppError('NOT_FOUND', 'there is no replay or purge of this sweep id');
    }),
    ListSweeps: unaryMethod(listSweeps, (request, { signal }) => list(sweeps, request, signal)),
    CancelSweep: unaryMethod(cancelSweep, async (request, { signal }) => ({
      sweep: encodeSweep(await sweeps.cancel(decodeSweepId(request), signal)),
    })),
  };
}

async function list(
  sweeps: Sweeps,
  { pageSize, pageToken }: ListSweepsRequest,
  signal: AbortSignal,
): Promise<ListSweepsResponse> {
  const limit = Math.min(decodePageSize(pageSize), PAGE_MAX);
  const page = { after: placeOfToken(LIST, pageToken), limit };
  const found = await untilEnd(sweeps.list(page), signal);
  return {
    sweeps: found.sweeps.map(encodeSweep),
    nextPageToken: nextToken(LIST, found.next),
  };
}
