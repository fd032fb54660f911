import {
  ScheduleBatchRequest,
  ScheduleBatchResponse,
  ScheduleRequest,
  SchedulerServiceService,
} from '../../gen/cassadra/v1/scheduler.js';
import type { CallOptions } from '../channel.js';
import { OutcomeUnknownError, StoreError, storeErrorOf } from '../errors.js';
import { mayTryAgain, unknownBecause, type CallLimits } from '../tries.js';
import type { Wire } from '../unary.js';
import { decodeScheduled, provesUnscheduled, repeated, type Scheduled } from './schedule-one.js';

/** What became of one of many: one of the two is set. */
export type ScheduleResult =
  | { readonly scheduled: Scheduled; readonly error?: undefined }
  | { readonly scheduled?: undefined; readonly error: StoreError };

/** What a server takes at once. */
const BATCH_MAX = 100;
/** Half of what a server receives at once. */
const BATCH_BYTES_MAX = 4 * 1_048_576;

interface Entry {
  readonly request: ScheduleRequest;
  unanswered: boolean;
  result: ScheduleResult | undefined;
}

/** Schedules in batches; what may succeed later is sent again, the rest is not. */
export async function scheduleMany(
  wire: Wire,
  requests: readonly ScheduleRequest[],
  limits: CallLimits,
): Promise<readonly ScheduleResult[]> {
  const results: ScheduleResult[] = [];
  for (const batch of batchesOf(requests))
    results.push(...(await scheduleBatch(wire, batch, limits)));
  return results;
}

function* batchesOf(requests: readonly ScheduleRequest[]): Generator<ScheduleRequest[], void> {
  let batch: ScheduleRequest[] = [];
  let bytes = 0;
  for (const request of requests) {
    const size = ScheduleRequest.encode(request).finish().length;
    if (batch.length === BATCH_MAX || (batch.length > 0 && bytes + size > BATCH_BYTES_MAX)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(request);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

async function scheduleBatch(
  wire: Wire,
  requests: readonly ScheduleRequest[],
  limits: CallLimits,
): Promise<ScheduleResult[]> {
  const entries: Entry[] = requests.map((request) => {
    return { request, unanswered: false, result: undefined };
  });
  try {
    await wire.tries.run({
      ...limits,
      writes: true,
      work: (options) => sendOpen(wire, entries, options),
    });
  } catch (error) {
    // an error of the whole batch: the entries that have a result keep it
    if (!(error instanceof StoreError)) throw error;
    for (const entry of entries) entry.result ??= { error: errorOf(entry, error) };
  }
  return entries.flatMap(({ result }) => (result === undefined ? [] : [result]));
}

/** Sends what has no result yet. Throws when some of it may succeed later. */
async function sendOpen(wire: Wire, entries: Entry[], options: CallOptions): Promise<void> {
  const open = entries.filter((entry) => entry.result === undefined);
  const requests = open.map(({ request, unanswered }) =>
    unanswered ? repeated(request) : request,
  );
  const bytes = ScheduleBatchRequest.encode({ requests }).finish();
  const { path } = SchedulerServiceService.scheduleBatch;
  let answer: Uint8Array;
  try {
    answer = await wire.channel.unary(path, bytes, options);
  } catch (error) {
    if (error instanceof OutcomeUnknownError) for (const entry of open) entry.unanswered = true;
    throw error;
  }
  const { results } = ScheduleBatchResponse.decode(Buffer.from(answer));
  let again: StoreError | undefined;
  for (const [index, entry] of open.entries()) {
    const result = results[index]?.result;
    if (result?.$case === 'scheduled') {
      entry.result = { scheduled: decodeScheduled(result.value, entry.unanswered) };
      continue;
    }
    const error = refusalOf(result?.value);
    if (error instanceof OutcomeUnknownError) entry.unanswered = true;
    if (mayTryAgain(error)) again = error;
    else entry.result = { error: errorOf(entry, error) };
  }
  if (again !== undefined) throw again;
}

function refusalOf(
  refusal: { readonly code: string; readonly message: string; readonly field: string } | undefined,
): StoreError {
  if (refusal === undefined) return new StoreError('INTERNAL', 'the answer has too few results');
  const details = refusal.field === '' ? {} : { field: refusal.field };
  return storeErrorOf(refusal.code, refusal.message, { details });
}

function errorOf({ unanswered }: Entry, error: StoreError): StoreError {
  const known = !unanswered || error instanceof OutcomeUnknownError || provesUnscheduled(error);
  return known ? error : unknownBecause(error.message, error);
}
