export type { FiredTimer } from './fired-timers.js';
export type { TestClock } from './manual-clock.js';
export type { CallAnswer, OnCall, ReceivedCall } from './received-calls.js';
export {
  specificationOf,
  type Expectation,
  type ExpectedError,
  type Given,
  type GivenEvents,
} from './specification.js';
export { testStore, type TestStore, type TestStoreOptions } from './test-store.js';
