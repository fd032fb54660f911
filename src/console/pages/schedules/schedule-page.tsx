import type { JSX } from 'preact';
import type { ComingRun, Schedule } from '../../api/timed-event.js';
import { useConsole } from '../../app/console-context.js';
import { Link } from '../../app/link.js';
import { addressOf } from '../../app/path.js';
import { useLoaded } from '../../app/use-loaded.js';
import { PauseBar } from '../../parts/pause-bar.js';
import { Problem } from '../../parts/problem.js';
import { durationText, TimeText } from '../../parts/time-text.js';
import { zonedTime } from '../../parts/zoned-time.js';
import { targetText } from '../timers/timer-table.js';
import { recurrenceText } from './schedules-page.js';

interface SchedulePageProps {
  readonly application: string;
  readonly scheduleId: string;
}

/** One schedule: what it does, its next runs, and those it has made. */
export function SchedulePage({ application, scheduleId }: SchedulePageProps): JSX.Element {
  const { timers } = useConsole();
  const found = useLoaded(`schedule ${application} ${scheduleId}`, async (signal) => {
    const [schedule, runs] = await Promise.all([
      timers.schedule(application, scheduleId, signal),
      timers.nextRuns(application, scheduleId, signal),
    ]);
    return { schedule, runs };
  });
  const { value, error } = found;
  return (
    <>
      <header class="head">
        <h1 class="name">{scheduleId}</h1>
        <p>
          <Link to={addressOf(['schedules', application])}>{application}</Link>
          {value !== undefined && ` · ${recurrenceText(value.schedule.recurrence)}`}
        </p>
      </header>
      {error !== undefined && <Problem error={error} onRetry={found.reload} />}
      {value === undefined && error === undefined && <p role="status">Loading…</p>}
      {value !== undefined && (
        <>
          <div class="bar">
            <PauseBar
              name={scheduleId}
              role="schedule"
              pausedMs={value.schedule.pausedMs}
              note={value.schedule.pauseNote}
              pause={(note) => timers.pauseSchedule(application, scheduleId, note)}
              resume={() => timers.resumeSchedule(application, scheduleId)}
              onChange={found.reload}
            >
              <p>No run is made until it is resumed; those that fall into the pause are skipped.</p>
            </PauseBar>
          </div>
          <div class="columns">
            <NextRuns schedule={value.schedule} runs={value.runs} />
            <MadeRuns schedule={value.schedule} />
          </div>
        </>
      )}
    </>
  );
}

function NextRuns({
  schedule,
  runs,
}: {
  schedule: Schedule;
  runs: readonly ComingRun[];
}): JSX.Element {
  const { recurrence, pausedMs } = schedule;
  const timeZone = recurrence.kind === 'cron' ? recurrence.timeZone : 'UTC';
  return (
    <section class="card" aria-labelledby="next-runs">
      <h2 id="next-runs">Next runs</h2>
      {pausedMs !== undefined && runs.length > 0 && (
        <p>It is paused: those that come before it is resumed are skipped.</p>
      )}
      {runs.length === 0 ? (
        <p class="quiet">None.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Your time</th>
              <th scope="col">{timeZone}</th>
            </tr>
          </thead>
          <tbody>
            {runs.map(({ nominalMs, dueMs }) => (
              <tr key={nominalMs}>
                <td>
                  {zonedTime(nominalMs)}
                  {dueMs > nominalMs && (
                    <span class="quiet"> fires {durationText(dueMs - nominalMs)} later</span>
                  )}
                </td>
                <td>{zonedTime(nominalMs, timeZone)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function MadeRuns({ schedule }: { readonly schedule: Schedule }): JSX.Element {
  const { application, recentRuns, made, skipped, target } = schedule;
  return (
    <section class="card" aria-labelledby="made-runs">
      <h2 id="made-runs">Runs made</h2>
      <p class="name">{targetText(target)}</p>
      <p>
        {made.toLocaleString()} in all
        {skipped.map(
          ({ reason, count }) => `, ${count.toLocaleString()} skipped (${reason.toLowerCase()})`,
        )}
      </p>
      <ul class="list" aria-label="Recent runs">
        {recentRuns.map(({ eventId, nominalMs, cause }) => (
          <li key={eventId}>
            <Link to={addressOf(['timers', application, eventId])} class="row">
              <TimeText atMs={nominalMs} /> <span class="quiet">{cause.toLowerCase()}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
