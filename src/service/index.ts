export type { QueueLimits } from './append-queue.js';
export { createEventStore } from './create-event-store.js';
export type { EventStore, EventStoreParts } from './event-store.js';
export { DEFAULT_SUBSCRIPTION_LIMITS, type SubscriptionLimits } from './open-readers.js';
export type { EventStorage } from './open-storage.js';
export type * from './requests.js';
export type * from './subscription.js';
export { ANSWER_BYTES_MAX, payloadText, wholeStream } from './whole-stream.js';
