import {
  createHttpDispatcher,
  DEFAULT_CALLBACK_SETTINGS,
  parseAllowCidrs,
} from '../../src/callbacks/index.js';
import type { HttpTarget, TimedEventLimits } from '../../src/core/index.js';
import { createAppendDispatcher, dispatchByTarget } from '../../src/dispatch/index.js';
import {
  createSealer,
  SettingsError,
  storageOf,
  systemKeys,
  type BackendVariables,
  type Components,
  type Part,
  type PollerVariables,
} from '../../src/runtime/index.js';
import {
  createScheduling,
  Poller,
  type Dispatcher,
  type Scheduling,
  type SecretsOfCall,
} from '../../src/scheduler/index.js';
import type { EventStore } from '../../src/service/index.js';
import type { Backend } from '../../src/storage/index.js';
import { limitsOf } from './limits.js';

const DAY_MS = 86_400_000;
/** A claim takes some ms; it is made so long before, to fire in time. */
const CLAIM_AHEAD_MS = { memory: 0, embedded: 15, cassandra: 75 } as const;

/** The storage of a program, undefined until it is open. */
type CurrentBackend = () => Backend | undefined;

/** The scheduler over the storage of a program. */
export function schedulingOf(
  variables: BackendVariables,
  backend: CurrentBackend,
  components: Components,
): Scheduling {
  return createScheduling({
    storage: backend,
    ready: () => backend()?.health().kind === 'ready',
    sealer: createSealer(variables.SECRETS_KEY ?? []),
    keys: systemKeys,
    limits: timedEventLimitsOf(variables),
    retentionMs: variables.RETENTION_DAYS * DAY_MS,
    timeoutMs: variables.CALLBACK_TIMEOUT_MS,
    components,
  });
}

/**
 * Fires what is due in the storage of a program: calls over HTTP, and appends to `eventStore`. Once
 * that one drains, appends that are due are left to others. Throws SettingsError.
 */
export function firingParts(
  variables: BackendVariables & { readonly SHUTDOWN_GRACE_MS: number },
  { polling, secretsOf, tasks }: Scheduling,
  components: Components,
  eventStore: EventStore,
): readonly Part[] {
  const append = createAppendDispatcher(eventStore, components);
  const http = httpDispatcherOf(variables, components, secretsOf);
  const dispatcher = dispatchByTarget({ http, append, task: tasks(append) });
  const poller = new Poller({
    ...polling,
    dispatcher,
    settings: {
      claimAheadMs: CLAIM_AHEAD_MS[storageOf(variables)],
      catchUpPerSecond: variables.CATCH_UP_PER_SECOND,
      stopGraceMs: variables.SHUTDOWN_GRACE_MS,
      gate: {
        perDestination: variables.CALLBACKS_PER_DESTINATION,
        perApplication: variables.CALLBACKS_PER_APPLICATION,
        total: variables.CALLBACKS_MAX,
      },
    },
  });
  const callbacks = { name: 'callbacks', start: () => {}, stop: () => dispatcher.close() };
  return [callbacks, poller];
}

function httpDispatcherOf(
  variables: PollerVariables,
  components: Components,
  secretsOf: SecretsOfCall,
): Dispatcher<HttpTarget> {
  try {
    const allowCidrs = parseAllowCidrs(variables.CALLBACK_ALLOW_CIDRS.map(asRange));
    const connectionsPerDestination = variables.CALLBACKS_PER_DESTINATION;
    const settings = { ...DEFAULT_CALLBACK_SETTINGS, allowCidrs, connectionsPerDestination };
    return createHttpDispatcher(settings, components, { secretsOf });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new SettingsError(`CALLBACK_ALLOW_CIDRS: ${problem}`, { cause: error });
  }
}

/** A single address is a range of one. */
function asRange(text: string): string {
  if (text.includes('/')) return text;
  return text.includes(':') ? `${text}/128` : `${text}/32`;
}

function timedEventLimitsOf(variables: BackendVariables): TimedEventLimits {
  return {
    payloadBytesMax: variables.TIMED_EVENT_BYTES_MAX,
    horizonMs: variables.MAX_HORIZON_DAYS * DAY_MS,
    append: limitsOf(variables),
  };
}
