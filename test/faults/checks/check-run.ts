import type { RunRecord } from '../history/operation.js';
import type { CheckResult } from '../history/violation.js';
import { checkDurability } from './durability.js';
import { checkFeed } from './feed.js';
import { checkStreams } from './streams.js';
import { checkTimers } from './timers.js';
import { checkUnknowns } from './unknowns.js';

const CHECKS = [checkDurability, checkStreams, checkUnknowns, checkFeed, checkTimers];

/** Every check of a run, together. */
export function checkRun(record: RunRecord): CheckResult {
  const results = CHECKS.map((check) => check(record));
  const figures: Record<string, number> = {};
  for (const result of results) Object.assign(figures, result.figures);
  return { violations: results.flatMap(({ violations }) => violations), figures };
}
