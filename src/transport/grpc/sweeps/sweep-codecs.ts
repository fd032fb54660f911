import {
  CancelSweepRequest,
  CancelSweepResponse,
  GetSweepRequest,
  GetSweepResponse,
  ListSweepsRequest,
  ListSweepsResponse,
  PurgeFailedRequest,
  PurgeFailedResponse,
  PurgeRequest,
  PurgeResponse,
  ReplayFailedRequest,
  ReplayFailedResponse,
  RetryNowRequest,
  RetryNowResponse,
} from '../../../gen/cassadra/v1/scheduler.js';

/** How messages about what has failed are read and written; 2: the filter. */
export const SWEEP_CODECS = {
  retryNow: { request: RetryNowRequest, nested: {}, response: RetryNowResponse },
  purge: { request: PurgeRequest, nested: {}, response: PurgeResponse },
  replayFailed: {
    request: ReplayFailedRequest,
    nested: { 2: {} },
    response: ReplayFailedResponse,
  },
  purgeFailed: { request: PurgeFailedRequest, nested: { 2: {} }, response: PurgeFailedResponse },
  getSweep: { request: GetSweepRequest, nested: {}, response: GetSweepResponse },
  listSweeps: { request: ListSweepsRequest, nested: {}, response: ListSweepsResponse },
  cancelSweep: { request: CancelSweepRequest, nested: {}, response: CancelSweepResponse },
} as const;
