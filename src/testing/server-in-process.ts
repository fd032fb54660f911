import { DEFAULT_MEMORY_SETTINGS, openMemory } from '../backends/memory/index.js';
import type { Channel, NewId } from '../client/index.js';
import { AppError, DEFAULT_LIMITS, DEFAULT_TIMED_EVENT_LIMITS } from '../core/index.js';
import { createAppendDispatcher, dispatchByTarget } from '../dispatch/index.js';
import {
  createSealer,
  Draws,
  FakeTime,
  SEALING_KEY_BYTES,
  silentOutput,
  systemIds,
  systemKeys,
  type Components,
} from '../runtime/index.js';
import { createScheduling, Poller, type Scheduling } from '../scheduler/index.js';
import { createEventStore, type EventStore } from '../service/index.js';
import {
  eventStoreService,
  localInvoker,
  localStreamInvoker,
  OpenCalls,
  recurringScheduleService,
  schedulerService,
  tenantService,
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
  const clock: ManualClock = new ManualClock({
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
    ...silentOutput,
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
  const scheduling = createScheduling({
    storage: () => ({ timedEvents, documents: backend.documents }),
    ready: () => backend.health().kind === 'ready',
    limits: DEFAULT_TIMED_EVENT_LIMITS,
    sealer: createSealer([new Uint8Array(SEALING_KEY_BYTES)]),
    keys: systemKeys,
    shared: false,
    components,
  });
  const targets = { http: received, append, task: scheduling.tasks(append) };
  const dispatcher = noting(dispatchByTarget(targets), clock, fired);
  const poller = new Poller({ ...scheduling.polling, dispatcher, settings: POLLER_SETTINGS });
  const stopping = new AbortController();
  const stop = async (): Promise<void> => {
    stopping.abort(new AppError('NOT_READY', 'the store is closed'));
    await dispatcher.close();
    await eventStore.drain(0);
    await poller.stop();
    await backend.close();
  };
  const invokers = invokersOf({ eventStore, scheduling, components }, stopping.signal);
  const onClose = (): void => void stop();
  const channel = new LocalChannel({ ...invokers, timers: clock, activity, onClose });
  return { channel, clock, newId: () => draws.uuid(), calls: received.calls, fired };
}

interface UseCases {
  readonly eventStore: EventStore;
  readonly scheduling: Scheduling;
  readonly components: Components;
}

/** The methods of all services, as a server has them. */
function invokersOf(
  { eventStore, scheduling, components }: UseCases,
  stopping: AbortSignal,
): {
  readonly invoke: ReturnType<typeof localInvoker>;
  readonly invokeStream: ReturnType<typeof localStreamInvoker>;
} {
  const services = [
    eventStoreService(eventStore, DEFAULT_LIMITS),
    schedulerService(scheduling.scheduler, scheduling.sweeps),
    recurringScheduleService(scheduling.schedules),
    tenantService(scheduling),
  ];
  const parts = { components, openCalls: new OpenCalls(), stopping };
  return {
    invoke: localInvoker(services, parts),
    invokeStream: localStreamInvoker(services, parts),
  };
}
