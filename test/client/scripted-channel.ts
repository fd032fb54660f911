import { connectBy, type Cassadra, type Channel, type ClientTime } from '../../src/client/index.js';
import type { CallOptions, RetryOptions } from '../../src/client/index.js';
import { FakeTime } from '../../src/runtime/index.js';

/** One call as the channel got it. */
export interface ScriptedCall {
  readonly path: string;
  readonly request: Uint8Array;
  readonly options: CallOptions;
}

type Answer = Uint8Array | Error | ((call: ScriptedCall) => Promise<Uint8Array>);

/** Answers calls with what a test has prepared, one after the other. */
export class ScriptedChannel implements Channel {
  readonly calls: ScriptedCall[] = [];
  readonly #answers: Answer[];

  constructor(...answers: Answer[]) {
    this.#answers = answers;
  }

  async unary(path: string, request: Uint8Array, options: CallOptions): Promise<Uint8Array> {
    const call = { path, request, options };
    this.calls.push(call);
    const answer = this.#answers.shift();
    if (answer === undefined) throw new Error('there is no answer left');
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer(call) : answer;
  }

  async *stream(): AsyncGenerator<Uint8Array, void> {
    yield* [];
    throw new Error('no streams here');
  }

  close(): void {
    // nothing is open
  }
}

/** Fake time whose pauses are over at once, and take their time all the same. */
export class PassingTime implements ClientTime {
  readonly pausesMs: number[] = [];
  readonly fake = new FakeTime();

  nowMs(): number {
    return this.fake.nowMs();
  }

  monotonicMs(): number {
    return this.fake.monotonicMs();
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.pausesMs.push(ms);
    this.fake.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** As long as pauses can be. */
  random(): number {
    return 1;
  }
}

/** A client on the channel, in a time in which pauses take no time. */
export function scriptedClient(
  channel: Channel,
  retry: RetryOptions | false = {},
): { client: Cassadra; time: PassingTime } {
  const time = new PassingTime();
  return { client: connectBy(channel, { retry, time }), time };
}
