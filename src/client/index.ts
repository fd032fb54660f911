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
export type { Content, NewEvent, NewId } from './new-event.js';
export type { AppendPipeline, PipelineOptions } from './pipeline/append-pipeline.js';
export type { ReadOptions } from './read-stream.js';
export type { RecordedEvent } from './recorded-event.js';
export type { EventFilter, SubscribeOptions, SubscribeSource } from './subscribe-options.js';
export type { Subscription, SubscriptionItem } from './subscription.js';
export { systemTime, type ClientTime } from './time.js';
export type { ScheduleResult } from './timers/schedule-many.js';
export type { Scheduled } from './timers/schedule-one.js';
export type {
  HttpCallRequest,
  ScheduledAppendRequest,
  TimedEventRequest,
} from './timers/timed-event-request.js';
export type {
  HttpCall,
  HttpCallMethod,
  ScheduledAppend,
  Stopped,
  TimedEvent,
  TimedEventAttempt,
  TimedEventRetry,
  TimedEventStatus,
} from './timers/timed-event.js';
export type { TimedEventFilter, Timers } from './timers/timers.js';
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
