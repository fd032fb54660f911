import { destinationOf } from '../../src/core/index.js';
import type { FakeTime } from '../../src/runtime/index.js';
import type { Dispatcher, DispatchResult, OutgoingCall } from '../../src/scheduler/index.js';

export interface MadeCall {
  readonly call: OutgoingCall;
  readonly atMs: number;
}

export type Receiver = (call: OutgoingCall, time: FakeTime) => Promise<DispatchResult>;

/** Host and port; `append:` for the event store. */
export function receiverName({ target }: OutgoingCall): string {
  return target.kind === 'http' ? new URL(target.url).host : destinationOf(target);
}

export const answer = (status: number, retryAfterMs?: number): DispatchResult => {
  return { kind: 'answered', status, body: '', retryAfterMs };
};

export const ok: Receiver = async () => answer(200);

/** Answers with a status after a time. */
export const slow = (status: number, ms: number): Receiver => {
  return async (_, time) => {
    await time.sleep(ms);
    return answer(status);
  };
};

/** Never answers: the call runs into its time-out. */
export const hang: Receiver = async (call, time) => {
  await time.sleep(call.timeoutMs);
  return { kind: 'failed', error: 'no answer in time' };
};

/** Receivers by `receiverName`, in the process. */
export class FakeDispatcher implements Dispatcher {
  readonly made: MadeCall[] = [];
  readonly receivers = new Map<string, Receiver>();
  /** Runs when a call has been asked for, before `mayBegin`. */
  beforeBegin: () => void = () => undefined;
  underWay = 0;
  mostUnderWay = 0;
  readonly #time: FakeTime;

  constructor(time: FakeTime) {
    this.#time = time;
  }

  async call(call: OutgoingCall, mayBegin: () => boolean): Promise<DispatchResult> {
    this.beforeBegin();
    if (!mayBegin()) return { kind: 'withdrawn' };
    this.made.push({ call, atMs: this.#time.nowMs() });
    const receiver = this.receivers.get(receiverName(call)) ?? ok;
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    try {
      return await receiver(call, this.#time);
    } finally {
      this.underWay -= 1;
    }
  }

  async close(): Promise<void> {}

  /** Calls of one event, or all. */
  callsOf(eventId?: string): MadeCall[] {
    return this.made.filter(({ call }) => eventId === undefined || call.key.eventId === eventId);
  }
}
