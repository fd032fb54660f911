export type * from './dispatcher.js';
export type * from './scheduler.js';
