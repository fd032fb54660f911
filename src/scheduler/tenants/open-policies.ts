import { DEFAULT_APPLICATION_POLICY } from '../../core/index.js';
import type { Policies } from './policies.js';

/** Without any: everything is allowed to everybody. */
export const OPEN_POLICIES: Policies = {
  fresh: true,
  application: () => DEFAULT_APPLICATION_POLICY,
  destination: () => ({}),
  disable: () => Promise.resolve(),
};
