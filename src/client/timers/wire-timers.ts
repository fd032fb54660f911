import { SchedulerServiceService as METHODS } from '../../gen/cassadra/v1/scheduler.js';
import { StoreError } from '../errors.js';
import { encodeMoment, optionalMs, type Moment } from '../moment.js';
import { pagesOf } from '../pages.js';
import { requireText } from '../require-text.js';
import type { CallLimits } from '../tries.js';
import { callUnary, type Wire } from '../unary.js';
import { goneMeans, writeUntilKnown } from '../write-until-known.js';
import {
  cancelSweep,
  findSweep,
  listSweeps,
  startSweep,
  waitForSweep,
  type SweepOptions,
  type SweepParts,
  type SweepWait,
} from './failed-timers.js';
import { scheduleMany, type ScheduleResult } from './schedule-many.js';
import { scheduleOne, type Scheduled } from './schedule-one.js';
import type { FailedFilter, Sweep } from './sweep.js';
import { encodeTimedEvent, type TimedEventRequest } from './timed-event-request.js';
import {
  decodeAttempt,
  decodeRetried,
  decodeStopped,
  decodeTimedEvent,
  encodeStatus,
  type Retried,
  type Stopped,
  type TimedEvent,
  type TimedEventAttempt,
} from './timed-event.js';
import type { TimedEventFilter, Timers } from './timers.js';

/** Timed events over a wire. */
export class WireTimers implements Timers {
  readonly #wire: Wire;
  readonly #parts: SweepParts;

  constructor(parts: SweepParts) {
    this.#wire = parts.wire;
    this.#parts = parts;
  }

  async schedule(request: TimedEventRequest, limits: CallLimits = {}): Promise<Scheduled> {
    return scheduleOne(this.#wire, encodeTimedEvent(request, this.#parts.time), limits);
  }

  async scheduleMany(
    requests: readonly TimedEventRequest[],
    limits: CallLimits = {},
  ): Promise<readonly ScheduleResult[]> {
    const encoded = requests.map((request) => encodeTimedEvent(request, this.#parts.time));
    return scheduleMany(this.#wire, encoded, limits);
  }

  async cancel(application: string, eventId: string, limits: CallLimits = {}): Promise<Stopped> {
    return writeUntilKnown(this.#wire, METHODS.cancel, nameOf(application, eventId), {
      ...limits,
      read: ({ outcome }) => decodeStopped(outcome),
      settledBy: goneMeans<Stopped>('done'),
    });
  }

  async reschedule(
    application: string,
    eventId: string,
    due: Moment,
    limits: CallLimits = {},
  ): Promise<Stopped> {
    const dueMs = encodeMoment(due, 'due', this.#parts.time);
    const request = { ...nameOf(application, eventId), dueMs };
    return writeUntilKnown(this.#wire, METHODS.reschedule, request, {
      ...limits,
      read: ({ outcome }) => decodeStopped(outcome),
    });
  }

  async get(
    application: string,
    eventId: string,
    limits: CallLimits = {},
  ): Promise<TimedEvent | undefined> {
    const request = nameOf(application, eventId);
    try {
      const { timedEvent } = await callUnary(this.#wire, METHODS.get, request, limits);
      return timedEvent === undefined ? undefined : decodeTimedEvent(timedEvent);
    } catch (error) {
      if (error instanceof StoreError && error.reason === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  async *list(
    application: string,
    { statuses = [], dueFromMs, dueUntilMs, signal }: TimedEventFilter = {},
  ): AsyncGenerator<TimedEvent, void, undefined> {
    requireText(application, 'application');
    const request = {
      application,
      statuses: statuses.map(encodeStatus).filter((status) => status !== undefined),
      dueFromMs: optionalMs(dueFromMs, 'dueFromMs'),
      dueUntilMs: optionalMs(dueUntilMs, 'dueUntilMs'),
    };
    const pages = pagesOf((page) =>
      callUnary(this.#wire, METHODS.list, { ...request, ...page }, { signal }),
    );
    for await (const { timedEvents } of pages) yield* timedEvents.map(decodeTimedEvent);
  }

  async *attempts(
    application: string,
    eventId: string,
    limits: CallLimits = {},
  ): AsyncGenerator<TimedEventAttempt, void, undefined> {
    const request = nameOf(application, eventId);
    const pages = pagesOf((page) =>
      callUnary(this.#wire, METHODS.listAttempts, { ...request, ...page }, limits),
    );
    for await (const { attempts } of pages) yield* attempts.map(decodeAttempt);
  }

  async retryNow(application: string, eventId: string, limits: CallLimits = {}): Promise<Retried> {
    return writeUntilKnown(this.#wire, METHODS.retryNow, nameOf(application, eventId), {
      ...limits,
      read: ({ outcome }) => decodeRetried(outcome),
    });
  }

  async purge(application: string, eventId: string, limits: CallLimits = {}): Promise<void> {
    await writeUntilKnown(this.#wire, METHODS.purge, nameOf(application, eventId), {
      ...limits,
      read: (response) => response,
      settledBy: goneMeans({}),
    });
  }

  async replayFailed(filter: FailedFilter, options: SweepOptions = {}): Promise<Sweep> {
    return startSweep(this.#parts, METHODS.replayFailed, filter, options);
  }

  async purgeFailed(filter: FailedFilter, options: SweepOptions = {}): Promise<Sweep> {
    return startSweep(this.#parts, METHODS.purgeFailed, filter, options);
  }

  async sweep(sweepId: string, limits: CallLimits = {}): Promise<Sweep | undefined> {
    return findSweep(this.#wire, sweepId, limits);
  }

  async sweepUntilDone(sweepId: string, wait: SweepWait = {}): Promise<Sweep> {
    return waitForSweep(this.#parts, sweepId, wait);
  }

  sweeps(limits: CallLimits = {}): AsyncIterable<Sweep, void, undefined> {
    return listSweeps(this.#wire, limits);
  }

  async cancelSweep(sweepId: string, limits: CallLimits = {}): Promise<Sweep> {
    return cancelSweep(this.#wire, sweepId, limits);
  }
}

function nameOf(application: string, eventId: string): { application: string; eventId: string } {
  requireText(application, 'application');
  requireText(eventId, 'eventId');
  return { application, eventId };
}
