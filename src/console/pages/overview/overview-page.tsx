import type { JSX } from 'preact';
import { useTypes } from '../../app/use-types.js';
import { Problem } from '../../parts/problem.js';
import { EventRates } from './event-rates.js';
import { Health } from './health.js';
import { StoreFigures } from './store-figures.js';
import { TimerFigures } from './timer-figures.js';
import { useReadings } from './use-readings.js';

/** How the server is doing, at a glance. */
export function OverviewPage(): JSX.Element {
  const readings = useReadings();
  const types = useTypes();
  return (
    <>
      <h1>Overview</h1>
      {readings.error !== undefined && <Problem error={readings.error} />}
      <div class="columns">
        <EventRates types={types.value} />
        <StoreFigures readings={readings} />
        <TimerFigures readings={readings} />
        <Health readings={readings} />
      </div>
    </>
  );
}
