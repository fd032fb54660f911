import { MissedRunAction, OverlapPolicy as WireOverlap } from '../../gen/cassadra/v1/scheduler.js';
import { Choices } from '../choices.js';
import type { MissedRuns, OverlapPolicy } from './schedule-plan.js';

export const OVERLAPS = new Choices<OverlapPolicy>({
  skip: WireOverlap.OVERLAP_POLICY_SKIP,
  allow: WireOverlap.OVERLAP_POLICY_ALLOW,
  'buffer-one': WireOverlap.OVERLAP_POLICY_BUFFER_ONE,
});

export const MISSED_ACTIONS = new Choices<MissedRuns['action']>({
  'fire-once': MissedRunAction.MISSED_RUN_ACTION_FIRE_ONCE,
  'fire-all': MissedRunAction.MISSED_RUN_ACTION_FIRE_ALL,
  skip: MissedRunAction.MISSED_RUN_ACTION_SKIP,
});
