import type { AppendTry, RunRecord } from '../history/operation.js';
import type { CheckResult, Violation } from '../history/violation.js';
import { indexAppends, type AppendStory } from './append-index.js';
import { described } from './finding.js';

/**
 * Every append with an unknown try came to a definite end: a later try said what became of it. And
 * the definite ends of one append agree: written at the same versions, or in conflict, for ever.
 */
export function checkUnknowns(record: RunRecord): CheckResult {
  const stories = [...indexAppends(record).appends.values()];
  const unknown = stories.filter((story) => unknownOf(story) !== undefined);
  const resolved = unknown.filter((story) => definiteOf(story).length > 0);
  const written = resolved.filter((story) => definiteOf(story)[0]?.end.kind === 'ok');
  return {
    violations: stories.flatMap((story) => [...unresolved(story), ...contradictions(story)]),
    figures: {
      'appends with an unknown try': unknown.length,
      'unknowns resolved': resolved.length,
      'unknowns resolved as written': written.length,
      'unknowns that cannot be retried': unknown.filter(isBeyondRetry).length,
    },
  };
}

function definiteOf({ tries }: AppendStory): AppendTry[] {
  return tries.filter(({ end }) => end.kind === 'ok' || end.kind === 'conflict');
}

function unknownOf({ tries }: AppendStory): AppendTry | undefined {
  return tries.find(({ end }) => end.kind === 'unknown');
}

/** The server made the ids, so that no second try can be one of the same append. */
function isBeyondRetry(story: AppendStory): boolean {
  return story.tries.some(({ idsOfServer }) => idsOfServer === true);
}

function unresolved(story: AppendStory): Violation[] {
  const unknown = unknownOf(story);
  if (unknown === undefined || definiteOf(story).length > 0 || isBeyondRetry(story)) return [];
  const what = `${story.stream}: ${described(unknown)} and ${story.tries.length - 1} other tries`;
  return [{ check: 'unresolved-unknown', what }];
}

function contradictions(story: AppendStory): Violation[] {
  const [first, ...others] = definiteOf(story);
  if (first === undefined) return [];
  const other = others.find((one) => answerOf(one) !== answerOf(first));
  if (other === undefined) return [];
  const what = `${story.stream}: ${described(first)}, then ${described(other)}`;
  return [{ check: 'contradicting-answers', what }];
}

/** A conflict may come with a higher version later; that something was written may not change. */
function answerOf({ end }: AppendTry): string {
  return end.kind === 'ok' ? `ok ${end.firstVersion} ${end.lastVersion}` : end.kind;
}
