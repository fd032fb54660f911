import type { AppendTarget, TimedEvent, Uuid } from '../../../src/core/index.js';
import {
  createEntryHooks,
  createSweeps,
  failureTask,
  type Dispatcher,
  type DispatchResult,
  type OutgoingCall,
  type Poller,
  createTaskDispatcher,
} from '../../../src/scheduler/index.js';
import type { TimedEvents } from '../../../src/storage/index.js';
import { answer, type Receiver } from '../fake-dispatcher.js';
import { World } from '../world.js';
import { FakePolicies } from './fake-policies.js';

export const FAILURES = { stream: 'failures', type: 'Failed' };

/** What stands in the streams: by its id, so that what is appended twice is there once. */
export class FakeStreams implements Dispatcher<AppendTarget> {
  readonly events = new Map<Uuid, OutgoingCall<AppendTarget>>();
  calls = 0;
  /** What the next ones answer instead. */
  readonly instead: Receiver[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async call(call: OutgoingCall<AppendTarget>): Promise<DispatchResult> {
    this.calls += 1;
    const instead = this.instead.shift();
    if (instead !== undefined) return instead(call, this.#world.time);
    this.events.set(call.generation, call);
    return answer(200);
  }

  async close(): Promise<void> {}

  contents(): unknown[] {
    return [...this.events.values()].map(({ payload }): unknown => {
      return JSON.parse(new TextDecoder().decode(payload));
    });
  }
}

/** A world whose pollers announce failures and do tasks; `app` wants failure events. */
export class FailureWorld extends World {
  readonly fakePolicies = new FakePolicies();
  readonly streams = new FakeStreams(this);
  readonly finished: TimedEvent[] = [];
  readonly sweeps;

  constructor() {
    super();
    this.policies = this.fakePolicies;
    this.fakePolicies.applications.set('app', { priority: 'normal', failureEvent: FAILURES });
    // without documents: for single entries only
    this.sweeps = createSweeps({
      storage: () => ({ timedEvents: this.storage, documents: NO_DOCUMENTS }),
      ready: () => true,
      components: this.components,
    });
  }

  /** A process of its own: what it does goes through these. */
  process(
    timedEvents: TimedEvents = this.storage,
    appends: Dispatcher<AppendTarget> = this.streams,
  ): Poller {
    const { components } = this;
    const storage = (): TimedEvents => timedEvents;
    this.hooks = createEntryHooks({
      timedEvents: storage,
      policies: this.policies,
      components,
      afterFinished: [(event) => this.finished.push(event)],
    });
    const failure = failureTask({ timedEvents: storage, appends, components });
    const none = () => Promise.reject(new Error('there is no such task here'));
    const tasks = createTaskDispatcher({ failure, sweep: none, schedule: none }, components);
    const calls = this.dispatcher;
    this.firing = {
      call: (call, mayBegin) => {
        const { target } = call;
        return target.kind === 'task'
          ? tasks.call({ ...call, target }, mayBegin)
          : calls.call(call, mayBegin);
      },
      close: () => tasks.close(),
    };
    const poller = this.poller({}, timedEvents);
    poller.start();
    return poller;
  }

  /** Lets time pass until it is so; fails when that is not soon. */
  async until(what: string, isSo: () => boolean, forMs = 60_000): Promise<void> {
    for (let passed = 0; passed < forMs; passed += 50) {
      if (isSo()) return;
      await this.pass(50, 10);
    }
    throw new Error(`not in time: ${what}`);
  }
}

const off = (): Promise<never> => Promise.reject(new Error('there are no documents here'));
const NO_DOCUMENTS = { find: off, change: off, list: off, revision: off };
