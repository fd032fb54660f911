import type { BackendVariables, Components, Part } from '../../src/runtime/index.js';
import {
  createEventStore,
  DEFAULT_SUBSCRIPTION_LIMITS,
  type EventStore,
} from '../../src/service/index.js';
import type { Backend } from '../../src/storage/index.js';
import { limitsOf, queueLimitsOf } from './limits.js';

/** The use cases of the event store over the storage of a program. */
export function eventStoreOf(
  variables: BackendVariables,
  backend: () => Backend | undefined,
  components: Components,
  subscriptionLimits = DEFAULT_SUBSCRIPTION_LIMITS,
): EventStore {
  const limits = limitsOf(variables);
  const queueLimits = queueLimitsOf(variables);
  return createEventStore({ backend, limits, queueLimits, subscriptionLimits, components });
}

/** Lets what was taken be written, for a program without a server that does it. */
export function drainPart(eventStore: EventStore, graceMs: number): Part {
  return { name: 'appends', start: () => {}, stop: () => eventStore.drain(graceMs) };
}
