export { FileCheckpointStore, type CheckpointStore } from './checkpoints.js';
export { EventStoreClient } from './event-store-client.js';
export type {
  FoundEvents,
  NewStoreEvent,
  StoreAddress,
  StoredEvent,
  TypeRequest,
  UpdateCall,
} from './event-store-client.js';
export {
  InvalidRequestError,
  OutcomeUnknownError,
  StoreError,
  StoreUnavailableError,
  VersionConflictError,
} from './errors.js';
export { PollingClient, type PollingFailure, type PollingOptions } from './polling-client.js';
export { systemTime, type PollingTime } from './time.js';
