import { pathOf, type HttpClient } from './http-client.js';
import { allOf, pageOf, type Page } from './page.js';
import {
  application,
  attempt,
  comingRun,
  schedule,
  sweep,
  timedEvent,
  type Application,
  type Attempt,
  type ComingRun,
  type Schedule,
  type Sweep,
  type TimedEvent,
  type TimedEventStatus,
} from './timed-event.js';

export interface TimedEventQuery {
  readonly application: string;
  /** Empty: in any. */
  readonly statuses: readonly TimedEventStatus[];
  readonly dueFromMs?: number | undefined;
  readonly dueUntilMs?: number | undefined;
  readonly pageToken: string;
}

/** At least one thing must be set. */
export interface FailedFilter {
  readonly application?: string | undefined;
  readonly failedFromMs?: number | undefined;
  readonly failedUntilMs?: number | undefined;
  readonly destination?: string | undefined;
}

/** What became of a wish to stop or move a timed event, or to try it again. */
export type ChangeOutcome = 'DONE' | 'STARTED' | 'IN_FLIGHT' | 'FINISHED' | 'UNKNOWN';

/** The scheduler, by the HTTP API. All throw ApiError. */
export class TimersApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  async list(
    { application: of, ...query }: TimedEventQuery,
    signal?: AbortSignal,
  ): Promise<Page<TimedEvent>> {
    const statuses = query.statuses.map((status) => `TIMED_EVENT_STATUS_${status}`);
    const fields = await this.#http.get(pathOf`/v1/applications/${of}/timed-events`, {
      query: { ...query, statuses, pageSize: 100 },
      signal,
    });
    return pageOf(fields, 'timedEvents', timedEvent);
  }

  async get(of: string, eventId: string, signal?: AbortSignal): Promise<TimedEvent> {
    const fields = await this.#http.get(timedEventPath(of, eventId), { signal });
    return timedEvent(fields.object('timedEvent'));
  }

  /** All of them, oldest first: a hundred at most by their policy, and those that were lost. */
  attempts(of: string, eventId: string, signal?: AbortSignal): Promise<Attempt[]> {
    const path = `${timedEventPath(of, eventId)}/attempts`;
    return allOf(async (pageToken) => {
      const fields = await this.#http.get(path, { query: { pageSize: 1_000, pageToken }, signal });
      return pageOf(fields, 'attempts', attempt);
    });
  }

  cancel(of: string, eventId: string): Promise<ChangeOutcome> {
    return this.#change(`${timedEventPath(of, eventId)}:cancel`, {});
  }

  reschedule(of: string, eventId: string, dueMs: number): Promise<ChangeOutcome> {
    return this.#change(`${timedEventPath(of, eventId)}:reschedule`, { dueMs: String(dueMs) });
  }

  retryNow(of: string, eventId: string): Promise<ChangeOutcome> {
    return this.#change(`${timedEventPath(of, eventId)}:retryNow`, {});
  }

  /** `sweepId` is made once for each confirmation: sending it again does not begin another. */
  async replayFailed(
    sweepId: string,
    filter: FailedFilter,
    how: { readonly dryRun: boolean; readonly perSecond: number },
  ): Promise<Sweep> {
    const body = { sweepId, filter: filterBody(filter), ...how };
    return sweep((await this.#http.send('POST', '/v1/failed:replay', body)).object('sweep'));
  }

  async sweep(sweepId: string, signal?: AbortSignal): Promise<Sweep> {
    const fields = await this.#http.get(pathOf`/v1/sweeps/${sweepId}`, { signal });
    return sweep(fields.object('sweep'));
  }

  async listSweeps(signal?: AbortSignal): Promise<Sweep[]> {
    const fields = await this.#http.get('/v1/sweeps', { query: { pageSize: 20 }, signal });
    return fields.list('sweeps', sweep);
  }

  async cancelSweep(sweepId: string): Promise<Sweep> {
    const fields = await this.#http.send('POST', `${pathOf`/v1/sweeps/${sweepId}`}:cancel`, {});
    return sweep(fields.object('sweep'));
  }

  async listApplications(pageToken: string, signal?: AbortSignal): Promise<Page<Application>> {
    const fields = await this.#http.get('/v1/applications', {
      query: { pageSize: 100, pageToken },
      signal,
    });
    return pageOf(fields, 'applications', application);
  }

  /** With the count of its pending timed events. */
  async application(of: string, signal?: AbortSignal): Promise<Application> {
    const query = { countPending: true };
    const fields = await this.#http.get(pathOf`/v1/applications/${of}`, { query, signal });
    return application(fields.object('application'));
  }

  async pauseApplication(of: string, note: string): Promise<Application> {
    const fields = await this.#http.send('POST', `${pathOf`/v1/applications/${of}`}:pause`, {
      note,
    });
    return application(fields.object('application'));
  }

  async resumeApplication(of: string): Promise<Application> {
    const fields = await this.#http.send('POST', `${pathOf`/v1/applications/${of}`}:resume`, {});
    return application(fields.object('application'));
  }

  async listSchedules(
    of: string,
    pageToken: string,
    signal?: AbortSignal,
  ): Promise<Page<Schedule>> {
    const fields = await this.#http.get(pathOf`/v1/applications/${of}/schedules`, {
      query: { pageSize: 100, pageToken },
      signal,
    });
    return pageOf(fields, 'schedules', schedule);
  }

  async schedule(of: string, scheduleId: string, signal?: AbortSignal): Promise<Schedule> {
    const fields = await this.#http.get(schedulePath(of, scheduleId), { signal });
    return schedule(fields.object('schedule'));
  }

  async nextRuns(of: string, scheduleId: string, signal?: AbortSignal): Promise<ComingRun[]> {
    const path = `${schedulePath(of, scheduleId)}/next-runs`;
    const fields = await this.#http.get(path, { query: { count: 10 }, signal });
    return fields.list('runs', comingRun);
  }

  async pauseSchedule(of: string, scheduleId: string, note: string): Promise<Schedule> {
    const fields = await this.#http.send('POST', `${schedulePath(of, scheduleId)}:pause`, { note });
    return schedule(fields.object('schedule'));
  }

  async resumeSchedule(of: string, scheduleId: string): Promise<Schedule> {
    const fields = await this.#http.send('POST', `${schedulePath(of, scheduleId)}:resume`, {});
    return schedule(fields.object('schedule'));
  }

  async #change(path: string, body: object): Promise<ChangeOutcome> {
    const text = (await this.#http.send('POST', path, body)).text('outcome');
    return outcomeIn(text);
  }
}

const OUTCOMES = ['DONE', 'STARTED', 'IN_FLIGHT', 'FINISHED', 'UNKNOWN'] as const;

function outcomeIn(text: string): ChangeOutcome {
  return OUTCOMES.find((outcome) => text.endsWith(`OUTCOME_${outcome}`)) ?? 'UNKNOWN';
}

function timedEventPath(of: string, eventId: string): string {
  return pathOf`/v1/applications/${of}/timed-events/${eventId}`;
}

function schedulePath(of: string, scheduleId: string): string {
  return pathOf`/v1/applications/${of}/schedules/${scheduleId}`;
}

function filterBody({
  failedFromMs,
  failedUntilMs,
  application: of,
  destination,
}: FailedFilter): object {
  return {
    ...(of === undefined ? {} : { application: of }),
    ...(destination === undefined ? {} : { destination }),
    ...(failedFromMs === undefined ? {} : { failedFromMs: String(failedFromMs) }),
    ...(failedUntilMs === undefined ? {} : { failedUntilMs: String(failedUntilMs) }),
  };
}
