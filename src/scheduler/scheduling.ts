import type { AppendTarget, TaskTarget, TimedEventLimits } from '../core/index.js';
import type { Components, Keys, Part, Sealer } from '../runtime/index.js';
import type { Documents, TimedEvents } from '../storage/index.js';
import { createScheduler, DEFAULT_RETENTION_MS, DEFAULT_TIMEOUT_MS } from './create-scheduler.js';
import type { Dispatcher } from './dispatcher.js';
import { createEntryHooks } from './failures/create-entry-hooks.js';
import { failureTask } from './failures/failure-task.js';
import type { PollerParts } from './poller.js';
import type { SchedulerStorage } from './scheduler-storage.js';
import type { Scheduler } from './scheduler.js';
import { createSchedules } from './schedules/create-schedules.js';
import { scheduleHooks } from './schedules/schedule-hooks.js';
import { scheduleTask } from './schedules/schedule-task.js';
import type { Schedules } from './schedules/schedules.js';
import { createSecrets } from './secrets/create-secrets.js';
import { secretsOfCall } from './secrets/secrets-of-call.js';
import type { Secrets, SecretsOfCall } from './secrets/secrets.js';
import { createSweeps } from './sweeps/create-sweeps.js';
import { sweepTask } from './sweeps/sweep-task.js';
import type { Sweeps } from './sweeps/sweeps.js';
import { createTaskDispatcher } from './tasks/task-dispatcher.js';
import { createApplications } from './tenants/applications.js';
import { createPolicies } from './tenants/create-policies.js';
import { createTenants } from './tenants/create-tenants.js';
import { createSharedDocuments } from './tenants/shared-documents.js';
import type { Tenants } from './tenants/tenants.js';
import { unshared } from './tenants/unshared-policies.js';

export interface SchedulingParts {
  /** Undefined until the storage is open. */
  readonly storage: () => SchedulerStorage | undefined;
  /** False while the scheduler cannot serve, for example when the clock cannot be trusted. */
  readonly ready: () => boolean;
  readonly limits: TimedEventLimits;
  /** For events that do not say it themselves. */
  readonly retentionMs?: number;
  readonly timeoutMs?: number;
  /** Undefined: there can be no secrets. */
  readonly sealer: Sealer | undefined;
  readonly keys: Keys;
  /** False: no other process has the storage, so policies need no confirmation. */
  readonly shared?: boolean;
  readonly components: Components;
}

/** All of the scheduler over one storage: its use cases, and what a poller needs. */
export interface Scheduling {
  readonly scheduler: Scheduler;
  readonly schedules: Schedules;
  readonly sweeps: Sweeps;
  readonly tenants: Tenants;
  readonly secrets: Secrets;
  /** Keeps the policies up to date: to be started after the storage, and stopped after pollers. */
  readonly policies: Part;
  readonly secretsOf: SecretsOfCall;
  readonly polling: Required<
    Pick<PollerParts, 'timedEvents' | 'documents' | 'ready' | 'policies' | 'hooks' | 'components'>
  >;
  /** Calls the scheduler's own tasks. `appends`: the one that appends for timed events. */
  readonly tasks: (appends: Dispatcher<AppendTarget>) => Dispatcher<TaskTarget>;
}

/** Puts the parts together. Works on whatever storage is open at the moment of a call. */
export function createScheduling(parts: SchedulingParts): Scheduling {
  const { storage, ready, limits, sealer, keys, components } = parts;
  const { retentionMs = DEFAULT_RETENTION_MS, timeoutMs = DEFAULT_TIMEOUT_MS } = parts;
  const timedEvents = (): TimedEvents | undefined => storage()?.timedEvents;
  const documents = (): Documents | undefined => storage()?.documents;
  const shared = createSharedDocuments({ documents, components, scope: 'policies' });
  const held = createPolicies(shared, components);
  const policies = parts.shared === false ? unshared(held) : held;
  const applications = createApplications({ documents, components });
  const times = { retentionMs, timeoutMs };
  const asked = { ready, limits, ...times, components };
  const afterFinished = [scheduleHooks({ storage, components }).afterFinished];
  const hooks = createEntryHooks({ timedEvents, policies, components, afterFinished });
  return {
    scheduler: createScheduler({ ...asked, timedEvents, policies, applications }),
    schedules: createSchedules({ ...asked, storage, applications }),
    sweeps: createSweeps({ storage, ready, components }),
    tenants: createTenants({
      shared,
      applications,
      timedEvents,
      limits: limits.append,
      components,
    }),
    secrets: createSecrets({ shared, sealer, keys, components }),
    policies: shared,
    secretsOf: secretsOfCall(shared, sealer),
    polling: { timedEvents, documents, ready, policies, hooks, components },
    tasks: (appends) =>
      createTaskDispatcher(
        {
          schedule: scheduleTask({ storage, components }),
          sweep: sweepTask({ storage, components }),
          failure: failureTask({ timedEvents, appends, components }),
        },
        components,
      ),
  };
}
