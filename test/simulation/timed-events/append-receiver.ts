import type { AppendTarget } from '../../../src/core/index.js';
import type { Dispatcher, DispatchResult, OutgoingCall } from '../../../src/scheduler/index.js';
import type { Link } from './link.js';
import { note, type World } from './world.js';

/** The event store, as far as failure events go: an event id stands in a stream once. */
export class SimulatedAppends implements Dispatcher<AppendTarget> {
  readonly #world: World;
  readonly #link: Link;

  constructor(world: World, link: Link) {
    this.#world = world;
    this.#link = link;
  }

  async call(call: OutgoingCall<AppendTarget>, mayBegin: () => boolean): Promise<DispatchResult> {
    if (!mayBegin()) return { kind: 'withdrawn' };
    const { rows } = this.#world;
    const { stream } = call.target;
    try {
      await this.#link.call({
        name: 'append',
        kind: 'write',
        apply: () => {
          const events = rows.streams.get(stream) ?? new Map<string, string>();
          rows.streams.set(stream, events);
          const content = new TextDecoder().decode(call.payload);
          if (events.has(call.generation)) note(this.#world, 'append found');
          else events.set(call.generation, content);
        },
      });
      note(this.#world, 'appended');
      return { kind: 'answered', status: 200, body: '', retryAfterMs: undefined };
    } catch {
      return { kind: 'failed', error: 'no answer' };
    }
  }

  async close(): Promise<void> {}
}
