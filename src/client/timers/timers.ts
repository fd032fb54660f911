import { SchedulerServiceService as METHODS } from '../../gen/cassadra/v1/scheduler.js';
import { StoreError } from '../errors.js';
import { pagesOf } from '../pages.js';
import { requireText } from '../require-text.js';
import type { ClientTime } from '../time.js';
import type { CallLimits } from '../tries.js';
import { callUnary, type Wire } from '../unary.js';
import { scheduleMany, type ScheduleResult } from './schedule-many.js';
import { scheduleOne, type Scheduled } from './schedule-one.js';
import { stopUntilKnown } from './stop-until-known.js';
import {
  encodeDue,
  encodeTimedEvent,
  wholeMs,
  type TimedEventRequest,
} from './timed-event-request.js';
import {
  decodeAttempt,
  decodeTimedEvent,
  encodeStatus,
  type Stopped,
  type TimedEvent,
  type TimedEventAttempt,
  type TimedEventStatus,
} from './timed-event.js';

/** Which timed events of an application are listed. */
export interface TimedEventFilter {
  /** Not given: in any. */
  readonly statuses?: readonly Exclude<TimedEventStatus, 'unknown'>[];
  /** Only those due then or later, ms since the epoch. */
  readonly dueFromMs?: number;
  /** Only those due before, ms since the epoch. */
  readonly dueUntilMs?: number;
  readonly signal?: AbortSignal;
}

/** Timed events: calls and appends that are made at a time that was named before. */
export interface Timers {
  /**
   * Schedules one; when this resolves it fires at least once, never early. It is scheduled once,
   * however often it had to be sent: a repetition accepts an equal one as its own.
   * TIMED_EVENT_EXISTS.
   */
  schedule(request: TimedEventRequest, limits?: CallLimits): Promise<Scheduled>;
  /** Schedules many, each for itself; answers in the order of the requests. */
  scheduleMany(
    requests: readonly TimedEventRequest[],
    limits?: CallLimits,
  ): Promise<readonly ScheduleResult[]>;
  /**
   * Stops one. NOT_FOUND when there is none; after a try without an answer that means `done`,
   * since a stopped one is gone.
   */
  cancel(application: string, eventId: string, limits?: CallLimits): Promise<Stopped>;
  /** Moves one to another due time. NOT_FOUND. */
  reschedule(
    application: string,
    eventId: string,
    due: TimedEventRequest['due'],
    limits?: CallLimits,
  ): Promise<Stopped>;
  /** One with its content; undefined when there is none. */
  get(application: string, eventId: string, limits?: CallLimits): Promise<TimedEvent | undefined>;
  /** Those of an application by due time, then by id, without contents. */
  list(application: string, filter?: TimedEventFilter): AsyncIterable<TimedEvent, void, undefined>;
  /** The attempts of one that are over, oldest first. NOT_FOUND. */
  attempts(
    application: string,
    eventId: string,
    limits?: CallLimits,
  ): AsyncIterable<TimedEventAttempt, void, undefined>;
}

/** Timed events over a wire. */
export class WireTimers implements Timers {
  readonly #wire: Wire;
  readonly #time: ClientTime;

  constructor(wire: Wire, time: ClientTime) {
    this.#wire = wire;
    this.#time = time;
  }

  async schedule(request: TimedEventRequest, limits: CallLimits = {}): Promise<Scheduled> {
    return scheduleOne(this.#wire, encodeTimedEvent(request, this.#time), limits);
  }

  async scheduleMany(
    requests: readonly TimedEventRequest[],
    limits: CallLimits = {},
  ): Promise<readonly ScheduleResult[]> {
    const encoded = requests.map((request) => encodeTimedEvent(request, this.#time));
    return scheduleMany(this.#wire, encoded, limits);
  }

  async cancel(application: string, eventId: string, limits: CallLimits = {}): Promise<Stopped> {
    const request = nameOf(application, eventId);
    return stopUntilKnown(this.#wire, METHODS.cancel, request, {
      ...limits,
      goneMeansDone: true,
    });
  }

  async reschedule(
    application: string,
    eventId: string,
    due: TimedEventRequest['due'],
    limits: CallLimits = {},
  ): Promise<Stopped> {
    const request = { ...nameOf(application, eventId), dueMs: encodeDue(due, this.#time) };
    return stopUntilKnown(this.#wire, METHODS.reschedule, request, limits);
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
      ...(dueFromMs === undefined ? {} : { dueFromMs: wholeMs(dueFromMs, 'dueFromMs') }),
      ...(dueUntilMs === undefined ? {} : { dueUntilMs: wholeMs(dueUntilMs, 'dueUntilMs') }),
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
}

function nameOf(application: string, eventId: string): { application: string; eventId: string } {
  requireText(application, 'application');
  requireText(eventId, 'eventId');
  return { application, eventId };
}
