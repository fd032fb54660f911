import type { Sweep } from '../../src/client/index.js';
import { printable } from './printable.js';

/** A replay or purge of many on one line for people. */
export function sweepText(sweep: Sweep): string {
  const { sweepId, action, dryRun, state, scanned, matched, changed, overtaken } = sweep;
  const done = action === 'purge' ? 'deleted' : 'replayed';
  const by = overtaken === 0 ? '' : `, ${overtaken} changed by others`;
  const result = dryRun ? 'nothing changed (dry run)' : `${changed} ${done}${by}`;
  const counts = `${scanned} looked at, ${matched} matched`;
  return printable(`${sweepId} ${action} ${state}: ${counts}, ${result}`);
}

/** The same, and after a dry run some of those that matched, one a line. */
export function sweepReport(sweep: Sweep): string {
  const examples = sweep.dryRun ? sweep.examples : [];
  const lines = examples.map(({ application, eventId }) => printable(`${application} ${eventId}`));
  return [sweepText(sweep), ...lines.map((line) => `  ${line}`)].join('\n');
}
