import type { JSX } from 'preact';
import type { Sweep } from '../../api/timed-event.js';
import { missingRole, useConsole } from '../../app/console-context.js';
import { Link } from '../../app/link.js';
import { addressOf } from '../../app/path.js';
import { useLoaded } from '../../app/use-loaded.js';
import { Problem } from '../../parts/problem.js';
import { TimeText } from '../../parts/time-text.js';
import { ReplayForm } from './replay-form.js';
import { SweepProgress } from './sweep-progress.js';

interface FailedPageProps {
  /** Empty: none is looked at. */
  readonly sweepId: string;
  readonly expected: number | undefined;
}

/** Replays failed timers, and shows how far that has come. */
export function FailedPage({ sweepId, expected }: FailedPageProps): JSX.Element {
  const { session, timers } = useConsole();
  const missing = missingRole(session, 'admin');
  const sweeps = useLoaded(`sweeps ${sweepId}`, async (signal) =>
    missing === undefined ? timers.listSweeps(signal) : [],
  );
  const earlier = (sweeps.value ?? []).filter((sweep) => sweep.sweepId !== sweepId);
  return (
    <>
      <h1>Failed timers</h1>
      <p class="quiet">
        A timer fails when its last attempt has failed. To see which, open an application’s{' '}
        <Link to={addressOf(['timers'])}>timers</Link>; one alone is retried on its own page.
      </p>
      {missing !== undefined && <p class="error">{missing}.</p>}
      {sweepId !== '' && <SweepProgress key={sweepId} {...{ sweepId, expected }} />}
      <ReplayForm />
      {sweeps.error !== undefined && <Problem error={sweeps.error} onRetry={sweeps.reload} />}
      {earlier.length > 0 && (
        <section class="card" aria-labelledby="sweeps">
          <h2 id="sweeps">Earlier</h2>
          <ul class="list">
            {earlier.map((sweep) => (
              <li key={sweep.sweepId}>
                <Link to={addressOf(['failed', sweep.sweepId])} class="row">
                  <strong>{doneText(sweep)}</strong>
                  <span class="quiet">
                    {sweep.state.toLowerCase()}, <TimeText atMs={sweep.createdMs} />
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function doneText({ dryRun, action, matched, changed }: Sweep): string {
  if (dryRun) return `Counted ${matched.toLocaleString()}`;
  return `${action === 'PURGE' ? 'Deleted' : 'Replayed'} ${changed.toLocaleString()}`;
}
