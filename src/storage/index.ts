export * from './append-outcome.js';
export type * from './backend.js';
export * from './documents.js';
export type * from './event-log.js';
export * from './event-types.js';
export type * from './finding.js';
export type * from './stream-directory.js';
export type * from './timed-events.js';
