import type { JSX } from 'preact';
import { useConsole } from '../../app/console-context.js';
import { useLoaded } from '../../app/use-loaded.js';
import { Problem } from '../../parts/problem.js';
import { EventRates } from './event-rates.js';
import { Health } from './health.js';
import { StoreFigures } from './store-figures.js';
import { TimerFigures } from './timer-figures.js';
import { useReadings } from './use-readings.js';

/** How the server is doing, at a glance. */
export function OverviewPage(): JSX.Element {
  const { events } = useConsole();
  const readings = useReadings();
  const types = useLoaded('types', (signal) => events.listTypes(signal));
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
