import type { RunRecord } from '../history/operation.js';
import type { CheckResult, Violation } from '../history/violation.js';
import { firstVersionOf, indexAppends, type AppendStory } from './append-index.js';

/**
 * What was acknowledged is in the final streams: once, whole, in order, as it was sent. Nothing is
 * there that nobody appended, no read met a broken stream, and savetimes never fall in a stream,
 * whatever the clocks of servers say.
 */
export function checkDurability(record: RunRecord): CheckResult {
  const { appends, strays } = indexAppends(record);
  const stories = [...appends.values()];
  const violations = [
    ...stories.flatMap(problemsOf),
    ...strays.map(({ key, stream, version }) => ({
      check: 'event-of-nobody',
      what: `${stream} has ${key} at version ${version}, which nobody appended`,
    })),
    ...brokenReads(record),
    ...fallenSavetimes(record),
  ];
  const events = [...record.finalStreams.values()].reduce((sum, one) => sum + one.length, 0);
  return {
    violations,
    figures: {
      appends: stories.length,
      'appends acknowledged': stories.filter(isAcknowledged).length,
      'events in final streams': events,
    },
  };
}

function isAcknowledged({ tries }: AppendStory): boolean {
  return tries.some(({ end }) => end.kind === 'ok');
}

function problemsOf(story: AppendStory): Violation[] {
  const { append, stream, types, places } = story;
  const found = (check: string, what: string): Violation => {
    const where = places.map((one) => `${one.stream}/${one.version}: #${one.index}`).join(', ');
    return { check, what: `append ${append} of ${types.length} to ${stream} ${what}: ${where}` };
  };
  if (places.length === 0) {
    return isAcknowledged(story) ? [found('lost-append', 'was acknowledged and is nowhere')] : [];
  }
  const problems: Violation[] = [];
  const seen = new Set(places.map(({ index }) => index));
  if (places.some((one) => one.stream !== stream)) {
    problems.push(found('wrong-stream', 'is in another stream'));
  }
  if (seen.size < places.length) problems.push(found('doubled-event', 'is there more than once'));
  if (seen.size < types.length) problems.push(found('torn-append', 'is there in part'));
  if (problems.length === 0 && firstVersionOf(story) === undefined) {
    problems.push(found('events-out-of-order', 'is not in order or not in one piece'));
  }
  if (places.some((one) => one.type !== types[one.index])) {
    problems.push(found('wrong-type', 'has events of another type'));
  }
  return problems;
}

function brokenReads({ lines }: RunRecord): Violation[] {
  return lines.flatMap((line) =>
    line.kind === 'broken-read'
      ? [{ check: 'broken-read', what: `${line.stream} by ${line.server}: ${line.what}` }]
      : [],
  );
}

function fallenSavetimes({ finalStreams }: RunRecord): Violation[] {
  return [...finalStreams].flatMap(([stream, events]) => {
    let highestMs = -Infinity;
    const at = events.findIndex(({ savetimeMs = highestMs }) => {
      const fell = savetimeMs < highestMs;
      highestMs = Math.max(highestMs, savetimeMs);
      return fell;
    });
    if (at === -1) return [];
    const what = `${stream} has a savetime below that of an event before at version ${at + 1}`;
    return [{ check: 'savetime-fell', what }];
  });
}
