import { destinationOf, type CallResult } from '../../../src/core/index.js';
import type { Dispatcher, DispatchResult, OutgoingCall } from '../../../src/scheduler/index.js';
import type { Begun } from './ledger.js';
import type { SimulatedProcess } from './process.js';
import { checkPunctual } from './punctual.js';
import { note, type World } from './world.js';

/** Receivers by host name: what they do until the calm. */
export const RECEIVERS = ['good', 'slow', 'flaky', 'broken', 'busy', 'gone', 'hanging'] as const;
export type Receiver = (typeof RECEIVERS)[number];

interface Answer {
  readonly afterMs: number;
  readonly result: CallResult;
}

const answered = (status: number, afterMs: number, retryAfterMs?: number): Answer => {
  return { afterMs, result: { kind: 'answered', status, body: '', retryAfterMs } };
};

const failed = (error: string, afterMs: number): Answer => {
  return { afterMs, result: { kind: 'failed', error } };
};

/** Makes the calls of one process, to receivers that are not all well. */
export class SimulatedDispatcher implements Dispatcher {
  readonly #world: World;
  readonly #process: SimulatedProcess;

  constructor(world: World, process: SimulatedProcess) {
    this.#world = world;
    this.#process = process;
  }

  async call(call: OutgoingCall, mayBegin: () => boolean): Promise<DispatchResult> {
    const { draws } = this.#world;
    const askedMs = this.#world.time.nowMs;
    // a name is looked up, a socket is connected
    await this.#after(draws.skewed(0, draws.chance(0.05) ? call.timeoutMs / 2 : 8), 'connected');
    if (!mayBegin()) {
      note(this.#world, 'call withdrawn', this.#process.name);
      return { kind: 'withdrawn' };
    }
    const begun = this.#begin(call, askedMs);
    if (begun === undefined) return { kind: 'failed', error: 'against a promise' };
    const { afterMs, result } = this.#answer(call);
    const endMs = Math.min(afterMs, call.timeoutMs / 2);
    await new Promise<void>((resolve) => {
      this.#world.time.after(endMs, () => {
        begun.end?.();
        begun.result = result.kind === 'answered' ? result.status : 'failed';
        this.#process.arrive('answered', resolve);
      });
    });
    return result;
  }

  async close(): Promise<void> {}

  #begin(call: OutgoingCall, askedMs: number): Begun | undefined {
    const { ledger } = this.#world;
    const { name } = this.#process;
    const wallMs = this.#process.wallMs();
    note(this.#world, 'attempt', `${name} ${call.key.eventId} ${call.generation} ${call.attempt}`);
    try {
      const begun = ledger.begin(call, name, wallMs);
      checkPunctual(this.#world, begun, { askedMs, wallMs });
      begun.end = this.#world.promises.callBegins(call, name, wallMs);
      return begun;
    } catch (error) {
      ledger.holds(false, String(error));
      return undefined;
    }
  }

  #after(ms: number, point: string): Promise<void> {
    return new Promise((resolve) => {
      this.#world.time.after(ms, () => this.#process.arrive(point, resolve));
    });
  }

  #answer(call: OutgoingCall): Answer {
    const { draws, calm } = this.#world;
    const afterMs = draws.skewed(1, 40);
    const receiver = calm ? 'good' : receiverOf(call);
    if (receiver !== 'good') note(this.#world, `receiver ${receiver}`);
    switch (receiver) {
      case 'slow':
        return answered(204, draws.between(100, 1_500));
      case 'flaky':
        return draws.chance(0.5) ? answered(200, afterMs) : failed('reset', afterMs);
      case 'broken':
        return answered(draws.pick([500, 503]), afterMs);
      case 'busy':
        return draws.chance(0.4)
          ? answered(200, afterMs)
          : answered(429, afterMs, draws.whole(0, 1_500));
      case 'gone':
        return answered(410, afterMs);
      case 'hanging':
        return failed('no answer in time', call.timeoutMs);
      case 'good':
        return answered(200, afterMs);
    }
  }
}

function receiverOf({ target }: OutgoingCall): Receiver {
  const kind = new URL(destinationOf(target)).hostname.split('.')[0];
  return RECEIVERS.find((known) => known === kind) ?? 'good';
}
