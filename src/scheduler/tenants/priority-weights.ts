import { userApplicationOf, type Priority } from '../../core/index.js';
import type { Policies } from './policies.js';

const WEIGHTS: Readonly<Record<Priority, number>> = { low: 1, normal: 4, high: 16 };

/** Its share beside others: tasks have that of their user. */
export function priorityWeight(policies: Policies, application: string): number {
  return WEIGHTS[policies.application(userApplicationOf(application)).priority];
}
