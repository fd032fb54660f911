import { setMaxListeners } from 'node:events';
import { authorize } from '../../access/index.js';
import { AppError, untilEnd, type TimedEvent, type TimedEventKey } from '../../core/index.js';
import type { ScheduleBatchResult, ScheduleRequest } from '../../gen/cassadra/v1/scheduler.js';
import type { Logger } from '../../runtime/index.js';
import type { Scheduler, Sweeps } from '../../scheduler/index.js';
import { toAppError } from './errors.js';
import { requireMoment } from './number-fields.js';
import { decodeBatch, decodeKey, decodeSchedule } from './scheduler-decode.js';
import { encodeScheduled, encodeStopOutcome, encodeWhole } from './scheduler-encode.js';
import { SCHEDULER_CODECS, SCHEDULER_NAME } from './scheduler-methods.js';
import { decodeList, encodeList, pageOfAttempts } from './scheduler-pages.js';
import type { GrpcService } from './grpc-service.js';
import { sweepMethods } from './sweeps/sweep-methods.js';
import { unaryMethod, type CallContext, type UnaryMethod } from './unary-method.js';

/** `cassadra.v1.SchedulerService` on the scheduler, and on what is done about failed entries. */
export function schedulerService(scheduler: Scheduler, sweeps: Sweeps): GrpcService {
  return {
    name: SCHEDULER_NAME,
    methods: ({ logger }) => ({
      ...writes(scheduler, logger),
      ...reads(scheduler),
      ...sweepMethods(sweeps),
    }),
  };
}

function writes(scheduler: Scheduler, logger: Logger): Readonly<Record<string, UnaryMethod>> {
  const { schedule, scheduleBatch, cancel, reschedule } = SCHEDULER_CODECS;
  const scheduleOne = async (
    request: ScheduleRequest,
    context: CallContext,
  ): Promise<ScheduleBatchResult> => {
    try {
      authorize(context, schedule.access, request);
      const answer = await scheduler.schedule(
        { ...decodeSchedule(request), trace: context.trace },
        context.signal,
      );
      return { result: { $case: 'scheduled', value: encodeScheduled(answer) } };
    } catch (error) {
      const { code, message, details } = toAppError(error, logger);
      return { result: { $case: 'error', value: { code, message, field: details.field ?? '' } } };
    }
  };
  return {
    Schedule: unaryMethod(schedule, async (request, { signal, trace }) =>
      encodeScheduled(await scheduler.schedule({ ...decodeSchedule(request), trace }, signal)),
    ),
    ScheduleBatch: unaryMethod(scheduleBatch, async (batch, context) => {
      const requests = decodeBatch(batch);
      // each listens for the end of the call
      setMaxListeners(0, context.signal);
      return { results: await Promise.all(requests.map((one) => scheduleOne(one, context))) };
    }),
    Cancel: unaryMethod(cancel, async (request, { signal }) => ({
      outcome: encodeStopOutcome(await scheduler.cancel(decodeKey(request), signal)),
    })),
    Reschedule: unaryMethod(reschedule, async (request, { signal }) => {
      const key = decodeKey(request);
      const dueMs = requireMoment('due_ms', request.dueMs);
      const outcome = await scheduler.reschedule(key, dueMs, signal);
      return { outcome: encodeStopOutcome(outcome) };
    }),
  };
}

function reads(scheduler: Scheduler): Readonly<Record<string, UnaryMethod>> {
  const { get, list, listAttempts } = SCHEDULER_CODECS;
  const find = async (key: TimedEventKey, signal: AbortSignal): Promise<TimedEvent> => {
    const event = await untilEnd(scheduler.find(key), signal);
    if (event !== undefined) return event;
    throw new AppError('NOT_FOUND', 'there is no timed event of this application and event id');
  };
  return {
    Get: unaryMethod(get, async (request, { signal }) => ({
      timedEvent: encodeWhole(await find(decodeKey(request), signal)),
    })),
    List: unaryMethod(list, async (request, { signal }) => {
      const query = decodeList(request);
      return encodeList(query, await untilEnd(scheduler.list(query), signal));
    }),
    ListAttempts: unaryMethod(listAttempts, async (request, { signal }) => {
      return pageOfAttempts(await find(decodeKey(request), signal), request);
    }),
  };
}
