import type { JSX } from 'preact';
import { ApiError } from '../../api/api-error.js';
import type { Role } from '../../api/session.js';
import { missingRole, useConsole } from '../../app/console-context.js';
import { useTypes } from '../../app/use-types.js';
import { Problem } from '../../parts/problem.js';
import { EventRates } from './event-rates.js';
import { Health } from './health.js';
import { StoreFigures } from './store-figures.js';
import { TimerFigures } from './timer-figures.js';
import { useReadings } from './use-readings.js';

const READS_METRICS: readonly Role[] = ['read', 'admin'];

/** How the server is doing, at a glance. */
export function OverviewPage(): JSX.Element {
  const types = useTypes();
  return (
    <>
      <h1>Overview</h1>
      <div class="columns">
        <EventRates types={types.value} />
        <Figures />
      </div>
    </>
  );
}

function Figures(): JSX.Element {
  const { session } = useConsole();
  const missing = missingRole(session, ...READS_METRICS);
  return missing === undefined ? <ReadFigures /> : <p class="card">{missing}.</p>;
}

function ReadFigures(): JSX.Element {
  const readings = useReadings();
  const { error } = readings;
  if (error instanceof ApiError && error.code === 'NOT_FOUND') {
    return (
      <p class="card">
        The server counts nothing: it was started with <code>METRICS=closed</code>.
      </p>
    );
  }
  return (
    <>
      {error !== undefined && <Problem error={error} />}
      <StoreFigures readings={readings} />
      <TimerFigures readings={readings} />
      <Health readings={readings} />
    </>
  );
}
