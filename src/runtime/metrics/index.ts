export * from './metric-catalogue.js';
export type * from './metric-entry.js';
export * from './metrics.js';
export type * from './metrics-text.js';
export * from './open-metrics.js';
