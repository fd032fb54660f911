export { createAppendDispatcher } from './append-dispatcher.js';
export { dispatchByTarget, type TargetDispatchers } from './target-dispatcher.js';
