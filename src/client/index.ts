export type {
  Application,
  ApplicationPolicy,
  Priority,
  RateLimits,
} from './applications/application.js';
export type {
  Applications,
  GetApplicationOptions,
  PauseApplicationOptions,
} from './applications/applications.js';
export type { Credentials } from './applications/credentials.js';
export type { Destination } from './applications/destination.js';
export type { NewSecret } from './applications/new-secret.js';
export type {
  CreatedSigningKey,
  NewSigningKey,
  SigningKey,
  SigningKeyKind,
} from './applications/signing-key.js';
export type { Appended, AppendOptions, Expected } from './append.js';
export type {
  Cassadra,
  ListedStream,
  ListedType,
  PolledPage,
  PollRequest,
  StreamFilter,
  StreamState,
} from './cassadra.js';
export type { CallOptions, Channel, StreamOptions } from './channel.js';
export { connect, connectBy, type ChannelSettings } from './connect.js';
export type { ConsumedSource, PolledSource } from './consume/batch-source.js';
export { MemoryCheckpoints, type CheckpointStore } from './consume/checkpoint-store.js';
export {
  consume,
  PollingClient,
  type ConsumeOptions,
  type PollingOptions,
} from './consume/consume.js';
export type {
  BatchContext,
  Consumer,
  ConsumerFailure,
  ConsumerOptions,
  FailureDecision,
  HandlerContext,
} from './consume/consumer.js';
export { FileCheckpoints } from './consume/file-checkpoints.js';
export { StreamCheckpoints, type StreamCheckpointsOptions } from './consume/stream-checkpoints.js';
export type {
  CallSettings,
  ConnectOptions,
  RetryOptions,
  TlsOptions,
  TokenSource,
} from './connect-options.js';
export {
  InvalidRequestError,
  OutcomeUnknownError,
  StoreError,
  storeErrorOf,
  StoreUnavailableError,
  VersionConflictError,
  type StoreErrorFacts,
} from './errors.js';
export type { Moment } from './moment.js';
export type { Content, NewEvent, NewId } from './new-event.js';
export type { AppendPipeline, PipelineOptions } from './pipeline/append-pipeline.js';
export type { ReadOptions } from './read-stream.js';
export type { RecordedEvent } from './recorded-event.js';
export type {
  MissedRuns,
  OverlapPolicy,
  Recurrence,
  RunTarget,
  SchedulePlan,
  ScheduleRules,
  TargetlessPlan,
} from './schedules/schedule-plan.js';
export type {
  Backfill,
  ComingRun,
  Schedule,
  ScheduledRun,
  ScheduleState,
  SkippedRuns,
  SkipReason,
} from './schedules/schedule.js';
export type {
  BackfillRange,
  CreatedSchedule,
  NextRunsOptions,
  PauseOptions,
  ScheduleRequest,
  Schedules,
  TriggerOptions,
  UpdateOptions,
} from './schedules/schedules.js';
export type { EventFilter, SubscribeOptions, SubscribeSource } from './subscribe-options.js';
export type { Subscription, SubscriptionItem } from './subscription.js';
export { systemTime, type ClientTime } from './time.js';
export type { SweepOptions, SweepWait } from './timers/failed-timers.js';
export type { TimedEventLateness } from './timers/lateness.js';
export type { TimedEventRetry } from './timers/retry.js';
export type { RunCause, TimedEventRun } from './timers/run-origin.js';
export type { ScheduleResult } from './timers/schedule-many.js';
export type { Scheduled } from './timers/schedule-one.js';
export type { FailedFilter, Sweep } from './timers/sweep.js';
export type { HttpCallRequest, ScheduledAppendRequest } from './timers/target-request.js';
export type { HttpCall, HttpCallMethod, ScheduledAppend } from './timers/target.js';
export type { TimedEventRequest } from './timers/timed-event-request.js';
export type {
  Retried,
  Stopped,
  TimedEvent,
  TimedEventAttempt,
  TimedEventStatus,
} from './timers/timed-event.js';
export type { TimedEventFilter, Timers } from './timers/timers.js';
export { traceContextOf, type TraceCarrier, type TraceSource } from './trace-carrier.js';
export type { CallLimits } from './tries.js';
export {
  FileSavetimeCheckpoints,
  type SavetimeCheckpoints,
} from './storegrpc/savetime-checkpoints.js';
export { StoregrpcClient } from './storegrpc/storegrpc-client.js';
export type {
  NewStoregrpcEvent,
  StoregrpcAddress,
  StoregrpcEvent,
  StoregrpcEvents,
  StoregrpcTypeRequest,
  StoregrpcUpdate,
} from './storegrpc/storegrpc-client.js';
export {
  StoregrpcPollingClient,
  type PollingTime,
  type StoregrpcPollingFailure,
  type StoregrpcPollingOptions,
} from './storegrpc/storegrpc-polling-client.js';
export {
  commandHandler,
  type CommandHandler,
  type CommandHandlerOptions,
  type Handled,
  type HandleOptions,
} from './decider/command-handler.js';
export { evolveAll, type Decider } from './decider/decider.js';
export {
  MemorySnapshots,
  type MemorySnapshotsOptions,
  type Snapshot,
  type Snapshots,
} from './decider/snapshots.js';
export { StreamSnapshots, type StreamSnapshotsOptions } from './decider/stream-snapshots.js';
export type {
  DefinedEvents,
  EventDefinition,
  EventDefinitions,
  EventsOf,
  TypedEvent,
  Upcast,
} from './typed/event-definitions.js';
export {
  declareEvents,
  defineEvents,
  SCHEMA_VERSION,
  type EventSet,
  type NewTypedEvent,
  type RecordedTypedEvent,
  type UnknownEvents,
} from './typed/event-set.js';
export {
  typedStore,
  type TypedStore,
  type TypedStoreOptions,
  type TypedSubscription,
  type TypedSubscriptionItem,
} from './typed/typed-store.js';
export {
  verifyWebhook,
  type VerifiedWebhook,
  type WebhookRequest,
} from './webhooks/verify-webhook.js';
export type { WebhookHeaders } from './webhooks/webhook-headers.js';
export {
  WebhookVerificationError,
  type WebhookVerificationReason,
} from './webhooks/webhook-verification-error.js';
