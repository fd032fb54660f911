import type { JSX } from 'preact';
import type { Sweep } from '../../api/timed-event.js';
import { useConsole } from '../../app/console-context.js';
import { Link } from '../../app/link.js';
import { addressOf } from '../../app/path.js';
import { useAct } from '../../app/use-act.js';
import { useEvery } from '../../app/use-every.js';
import { useLoaded } from '../../app/use-loaded.js';
import { Action } from '../../parts/action.js';
import { Problem } from '../../parts/problem.js';

const LOOK_MS = 1_000;

interface SweepProgressProps {
  readonly sweepId: string;
  /** How many were counted before it began. */
  readonly expected: number | undefined;
}

/** How far a replay has come; it can be stopped. */
export function SweepProgress({ sweepId, expected }: SweepProgressProps): JSX.Element {
  const { timers } = useConsole();
  const { failure, act } = useAct();
  const found = useLoaded(`sweep ${sweepId}`, (signal) => timers.sweep(sweepId, signal));
  useEvery(LOOK_MS, () => {
    if (found.value?.state === 'RUNNING') found.look();
  });
  const { value, error } = found;
  const cancel = (): Promise<void> =>
    act(async () => {
      await timers.cancelSweep(sweepId);
      found.reload();
    });
  return (
    <section class="card" aria-labelledby="sweep">
      <h2 id="sweep">{value === undefined ? 'A replay' : titleOf(value)}</h2>
      {error !== undefined && <Problem error={error} onRetry={found.reload} />}
      {failure !== undefined && <Problem error={failure} />}
      {value !== undefined && (
        <>
          <progress aria-label="How far it has come" {...partOf(value, expected)} />
          <p role="status">
            {value.scanned.toLocaleString()} looked at, {value.matched.toLocaleString()} fit,{' '}
            {value.changed.toLocaleString()} {value.action === 'PURGE' ? 'deleted' : 'replayed'}
            {value.overtaken > 0 &&
              `, ${value.overtaken.toLocaleString()} changed by somebody else first`}
            .
          </p>
          {value.state === 'RUNNING' && (
            <Action role="admin" onClick={cancel}>
              Stop
            </Action>
          )}
          {value.examples.length > 0 && (
            <p>
              Among them:{' '}
              {value.examples.slice(0, 5).map(({ application, eventId }, index) => (
                <span key={`${application} ${eventId}`}>
                  {index > 0 && ', '}
                  <Link to={addressOf(['timers', application, eventId])}>{eventId}</Link>
                </span>
              ))}
            </p>
          )}
        </>
      )}
    </section>
  );
}

/** Unknown while it runs, when nobody has counted before. */
function partOf(
  { state, matched, changed, overtaken, dryRun }: Sweep,
  expected: number | undefined,
): { value?: number; max?: number } {
  if (state === 'DONE') return { value: 1, max: 1 };
  if (expected === undefined || expected === 0) return {};
  return { value: Math.min(expected, dryRun ? matched : changed + overtaken), max: expected };
}

function titleOf({ state, action, dryRun }: Sweep): string {
  const what = dryRun ? 'Count' : action === 'PURGE' ? 'Deletion' : 'Replay';
  switch (state) {
    case 'RUNNING':
      return `${what} under way`;
    case 'DONE':
      return `${what} done`;
    case 'CANCELLED':
      return `${what} stopped`;
  }
}
