import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../backends/memory/index.js';
import type { Channel, NewId } from '../client/index.js';
import { AppError, DEFAULT_LIMITS, DEFAULT_TIMED_EVENT_LIMITS } from '../core/index.js';
import { createAppendDispatcher, dispatchByTarget } from '../dispatch/index.js';
import { Draws, FakeTime, silentLogger, systemIds, type Components } from '../runtime/index.js';
import { createScheduler, Poller } from '../scheduler/index.js';
import { createEventStore, type EventStore } from '../service/index.js';
import type { TimedEvents } from '../storage/index.js';
import {
  eventStoreService,
  localInvoker,
  localStreamInvoker,
  OpenCalls,
  schedulerService,
} from '../transport/grpc/index.js';
import { Activity } from './activity.js';
import { DueTimes } from './due-times.js';
import { noting, type FiredTimer } from './fired-timers.js';
import { LocalChannel } from './local-channel.js';
import { ManualClock, type TestClock } from './manual-clock.js';
import { ReceivedCalls, type OnCall, type ReceivedCall } from './received-calls.js';

export interface ServerSettings {
  readonly onCall: OnCall;
  readonly startMs: number;
  readonly seed: number;
}

export interface ServerInProcess {
  readonly channel: Channel;
  readonly clock: TestClock;
  readonly newId: NewId;
  readonly calls: readonly ReceivedCall[];
  readonly fired: readonly FiredTimer[];
}

const QUEUE_LIMITS = {
  streamAppendsMax: 1_000,
  processAppendsMax: 10_000,
  processBytesMax: 64 * 1_048_576,
};

/** However late they are when they are found, they fire at once. */
const POLLER_SETTINGS = { lateAfterMs: Infinity, stopGraceMs: 0 };

/** A whole server in memory, without sockets, whose time is a test's. */
export function serverInProcess({ onCall, startMs, seed }: ServerSettings): ServerInProcess {
  const draws = new Draws(seed);
  const time = new FakeTime(startMs);
  const activity = new Activity();
  const due = new DueTimes();
  const clock: TestClock = new ManualClock({
    time,
    random: draws.random,
    due,
    activity,
    fire: (nowMs) => poller.runOnce(nowMs),
  });
  const components: Components = {
    clock,
    timers: clock,
    random: draws.random,
    ids: { ...systemIds, newId: () => draws.uuid() },
    logger: silentLogger,
  };
  const received = new ReceivedCalls({ onCall, clock, timers: clock, activity });
  const backend = openMemory(DEFAULT_MEMORY_SETTINGS, components);
  const timedEvents = due.watch(backend.timedEvents);
  const eventStore = createEventStore({
    backend: () => backend,
    limits: DEFAULT_LIMITS,
    queueLimits: QUEUE_LIMITS,
    components,
  });
  const append = createAppendDispatcher(eventStore, components);
  const fired: FiredTimer[] = [];
  const dispatcher = noting(dispatchByTarget({ http: received, append }), clock, fired);
  const ready = (): boolean => backend.health().kind === 'ready';
  const poller = new Poller({
    timedEvents: () => timedEvents,
    ready,
    dispatcher,
    components,
    settings: POLLER_SETTINGS,
  });
  const stopping = new AbortController();
  const stop = async (): Promise<void> => {
    stopping.abort(new AppError('NOT_READY', 'the store is closed'));
    await dispatcher.close();
    await eventStore.drain(0);
    await poller.stop();
    await backend.close();
  };
  const invokers = invokersOf({ eventStore, timedEvents, ready, components }, stopping.signal);
  const onClose = (): void => void stop();
  const channel = new LocalChannel({ ...invokers, timers: clock, activity, onClose });
  return { channel, clock, newId: () => draws.uuid(), calls: received.calls, fired };
}

interface UseCases {
  readonly eventStore: EventStore;
  readonly timedEvents: TimedEvents;
  readonly ready: () => boolean;
  readonly components: Components;
}

/** The methods of both services, as a server has them. */
function invokersOf(
  { eventStore, timedEvents, ready, components }: UseCases,
  stopping: AbortSignal,
): {
  readonly invoke: ReturnType<typeof localInvoker>;
  readonly invokeStream: ReturnType<typeof localStreamInvoker>;
} {
  const scheduler = createScheduler({
    timedEvents: () => timedEvents,
    ready,
    limits: DEFAULT_TIMED_EVENT_LIMITS,
    components,
  });
  const services = [eventStoreService(eventStore, DEFAULT_LIMITS), schedulerService(scheduler)];
  const parts = { components, openCalls: new OpenCalls(), stopping };
  return {
    invoke: localInvoker(services, parts),
    invokeStream: localStreamInvoker(services, parts),
  };
}
