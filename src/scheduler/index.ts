export {
  createScheduler,
  DEFAULT_RETENTION_MS,
  DEFAULT_TIMEOUT_MS,
  type SchedulerParts,
} from './create-scheduler.js';
export type * from './dispatcher.js';
export { NO_HOOKS, type EntryHooks } from './entry-hooks.js';
export { createEntryHooks, type EntryHookParts } from './failures/create-entry-hooks.js';
export { failureTask, type FailureTaskParts } from './failures/failure-task.js';
export type { GateLimits } from './gate.js';
export type { PageRequest } from './page-request.js';
export { DEFAULT_POLLER_SETTINGS, type PollerSettings } from './poller-settings.js';
export type { PollerStats } from './poller-stats.js';
export { Poller, type PollerParts } from './poller.js';
export type { SchedulerStorage } from './scheduler-storage.js';
export type * from './scheduler.js';
export { createScheduling, type Scheduling, type SchedulingParts } from './scheduling.js';
export { createSecrets, type SecretsParts } from './secrets/create-secrets.js';
export { secretsOfCall } from './secrets/secrets-of-call.js';
export type * from './secrets/secrets.js';
export { createSchedules, type SchedulesParts } from './schedules/create-schedules.js';
export { scheduleHooks, type ScheduleHookParts } from './schedules/schedule-hooks.js';
export { scheduleTask, type ScheduleTaskParts } from './schedules/schedule-task.js';
export type * from './schedules/schedules.js';
export { createSweeps, type SweepsParts } from './sweeps/create-sweeps.js';
export { sweepTask, type SweepTaskParts } from './sweeps/sweep-task.js';
export type * from './sweeps/sweeps.js';
export {
  createTaskDispatcher,
  type TaskHandler,
  type TaskResult,
} from './tasks/task-dispatcher.js';
export { createApplications, type Applications } from './tenants/applications.js';
export { createPolicies } from './tenants/create-policies.js';
export { createTenants, type TenantsParts } from './tenants/create-tenants.js';
export { OPEN_POLICIES } from './tenants/open-policies.js';
export type { Policies, SharedDocuments } from './tenants/policies.js';
export { createSharedDocuments } from './tenants/shared-documents.js';
export { SharedLimits } from './tenants/shared-limits.js';
export type * from './tenants/tenants.js';
// For the simulation, which holds what is stored against what it knows.
export { failureName } from './failures/armed-failure.js';
export { decodeSchedule } from './schedules/schedule-codec.js';
export { decodeSweep, type StoredSweep } from './sweeps/stored-sweep.js';
export { decodeApplicationPolicy } from './tenants/policy-documents.js';
