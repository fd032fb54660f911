import {
  ALL,
  EVERY_APPLICATION,
  namesReach,
  onApplication,
  type Reach,
} from '../../../access/index.js';
import type { TimedEventKey } from '../../../core/index.js';
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

const ADMIN = ['admin'] as const;

const ONE = {
  roles: ADMIN,
  ...onApplication,
  touched: ({ application, eventId }: TimedEventKey) => ({ application, event_id: eventId }),
};

interface Failed {
  readonly sweepId: string;
  readonly filter?: { readonly application: string } | undefined;
}

const MANY = {
  roles: ADMIN,
  applications: ({ filter }: Failed): Reach =>
    filter === undefined || filter.application === '' ? ALL : namesReach(filter.application),
  touched: ({ sweepId, filter }: Failed) => ({
    sweep_id: sweepId,
    application: filter?.application ?? '',
  }),
};

/** Which applications a sweep is of is known only where it is kept. */
const SWEEPS = { roles: ADMIN, ...EVERY_APPLICATION };
const SWEEP = {
  ...SWEEPS,
  touched: ({ sweepId }: { readonly sweepId: string }) => ({ sweep_id: sweepId }),
};

/** How messages about what has failed are read and written, by admins only; 2: the filter. */
export const SWEEP_CODECS = {
  retryNow: { request: RetryNowRequest, nested: {}, response: RetryNowResponse, access: ONE },
  purge: { request: PurgeRequest, nested: {}, response: PurgeResponse, access: ONE },
  replayFailed: {
    request: ReplayFailedRequest,
    nested: { 2: {} },
    response: ReplayFailedResponse,
    access: MANY,
  },
  purgeFailed: {
    request: PurgeFailedRequest,
    nested: { 2: {} },
    response: PurgeFailedResponse,
    access: MANY,
  },
  getSweep: { request: GetSweepRequest, nested: {}, response: GetSweepResponse, access: SWEEP },
  listSweeps: {
    request: ListSweepsRequest,
    nested: {},
    response: ListSweepsResponse,
    access: SWEEPS,
  },
  cancelSweep: {
    request: CancelSweepRequest,
    nested: {},
    response: CancelSweepResponse,
    access: SWEEP,
  },
} as const;
