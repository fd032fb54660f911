export type { QueueLimits } from './append-queue.js';
export { createEventStore, type EventStore, type EventStoreParts } from './event-store.js';
export type * from './requests.js';
export { ANSWER_BYTES_MAX, payloadText, wholeStream } from './whole-stream.js';
