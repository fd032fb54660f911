import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

const ASK_EVERY_MS = 20;
const SEND_AGAIN_MS = 250;
const WAIT_MS = 30_000;
export const APPLICATION = 'e2e';
/** As many as a batch may hold. */
export const BATCH_MAX = 100;

/** What the guide says to do about them: send it again. */
const AGAIN = ['OUTCOME_UNKNOWN', 'UNAVAILABLE', 'NOT_READY'];

/** An event to be scheduled; what is left out is as the server has it. */
export interface Wish {
  readonly eventId: string;
  readonly dueMs: number;
  /** What is called; or else */
  readonly url?: string;
  /** what is appended. */
  readonly append?: Readonly<Record<string, string | number>>;
  readonly timeoutMs?: number;
  readonly retry?: Readonly<Record<string, number>>;
}

export interface Entry {
  readonly status: string;
  readonly failureReason?: string;
  readonly attemptCount?: number;
}

export interface LoggedAttempt {
  readonly number: number;
  readonly startedMs: string;
  readonly outcome: string;
  readonly httpStatus?: number;
  readonly body?: string;
  readonly error?: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

interface BatchResult {
  readonly scheduled?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

function requestOf({ eventId, dueMs, url, ...rest }: Wish): object {
  const payload = { json: JSON.stringify({ eventId }) };
  const called = url === undefined ? {} : { http: { url } };
  return { application: APPLICATION, eventId, dueMs, ...payload, ...called, ...rest };
}

/** Calls the scheduler of a running server through its HTTP gateway. */
export class SchedulerCalls {
  readonly #base: string;
  #sentAgain = 0;

  constructor(httpPort: number) {
    this.#base = `http://127.0.0.1:${httpPort}/v1`;
  }

  /** Resolves once the event is acknowledged. */
  async add(wish: Wish): Promise<void> {
    const { status, text } = await this.#ask('POST', '/timed-events', requestOf(wish));
    assert.equal(status, 200, text);
  }

  /** Resolves once all are acknowledged; what is in doubt is sent again, as the guide says. */
  async addBatch(wishes: readonly Wish[]): Promise<void> {
    const expired = AbortSignal.timeout(WAIT_MS);
    for (let left = wishes; left.length > 0; ) {
      const results = await this.#tryBatch(left);
      const errors = results.flatMap(({ error }) => (error === undefined ? [] : [error]));
      for (const { code, message } of errors) {
        assert.ok(AGAIN.includes(code) && !expired.aborted, `${code}: ${message}`);
      }
      this.#sentAgain += errors.length;
      if (errors.length > 0) await pause(SEND_AGAIN_MS);
      left = left.filter((_, index) => results[index]?.scheduled === undefined);
    }
  }

  /** Adds that were not acknowledged at first. */
  get sentAgain(): number {
    return this.#sentAgain;
  }

  async #tryBatch(wishes: readonly Wish[]): Promise<readonly BatchResult[]> {
    const onExists = 'ON_EXISTS_OK_IF_SAME';
    const body = { requests: wishes.map((wish) => ({ ...requestOf(wish), onExists })) };
    const { status, text } = await this.#ask('POST', '/timed-events:batch', body);
    assert.equal(status, 200, text);
    const { results } = JSON.parse(text) as { readonly results: readonly BatchResult[] };
    assert.equal(results.length, wishes.length);
    return results;
  }

  /** Undefined when there is none. */
  async find(eventId: string): Promise<Entry | undefined> {
    const { status, text } = await this.#ask('GET', this.#path(eventId));
    if (status === 404) return undefined;
    assert.equal(status, 200, text);
    return (JSON.parse(text) as { readonly timedEvent: Entry }).timedEvent;
  }

  /** Asks until the entry has one of the statuses. */
  async settled(eventId: string, ...statuses: readonly string[]): Promise<Entry> {
    const expired = AbortSignal.timeout(WAIT_MS);
    for (;;) {
      const entry = await this.find(eventId);
      const status = entry?.status.replace('TIMED_EVENT_STATUS_', '') ?? 'none';
      if (entry !== undefined && statuses.includes(status)) return { ...entry, status };
      assert.ok(!expired.aborted, `${eventId} is ${status}, not ${statuses.join(' or ')}`);
      await pause(ASK_EVERY_MS);
    }
  }

  async attempts(eventId: string): Promise<readonly LoggedAttempt[]> {
    const { status, text } = await this.#ask('GET', `${this.#path(eventId)}/attempts`);
    assert.equal(status, 200, text);
    const { attempts = [] } = JSON.parse(text) as { readonly attempts?: readonly LoggedAttempt[] };
    return attempts;
  }

  /** How the cancel ended, such as `DONE`. */
  async cancel(eventId: string): Promise<string> {
    const { status, text } = await this.#ask('POST', `${this.#path(eventId)}:cancel`, {});
    assert.equal(status, 200, text);
    const { outcome } = JSON.parse(text) as { readonly outcome: string };
    return outcome.replace('STOP_OUTCOME_', '');
  }

  #path(eventId: string): string {
    return `/applications/${APPLICATION}/timed-events/${eventId}`;
  }

  async #ask(method: string, path: string, body?: object): Promise<Answer> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(this.#base + path, { method, headers, ...sent });
    return { status: answer.status, text: await answer.text() };
  }
}
