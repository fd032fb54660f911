import type { JSX } from 'preact';
import type { Recurrence } from '../../api/timed-event.js';
import { useConsole } from '../../app/console-context.js';
import { Link } from '../../app/link.js';
import { addressOf } from '../../app/path.js';
import { usePages } from '../../app/use-pages.js';
import { Empty } from '../../parts/empty.js';
import { More } from '../../parts/more.js';
import { Problem } from '../../parts/problem.js';
import { durationText, TimeText } from '../../parts/time-text.js';
import { ApplicationHead } from '../timers/application-head.js';
import { ApplicationList } from '../timers/application-list.js';
import { targetText } from '../timers/timer-table.js';

const FIRST_SCHEDULE = `curl -X POST ${globalThis.location.origin}/v1/applications/shop/schedules \\
  -d '{"scheduleId":"every-minute",
       "plan":{"cron":{"expression":"* * * * *","timeZone":"Europe/Berlin"},
       "run":{"append":{"stream":"minutes","type":"Minute"},"json":"{}"}}}'`;

/** The recurring schedules of an application. */
export function SchedulesPage({ application }: { readonly application: string }): JSX.Element {
  return (
    <>
      <ApplicationHead section="schedules" application={application} />
      {application === '' ? (
        <ApplicationList section="schedules" command={FIRST_SCHEDULE} />
      ) : (
        <SchedulesOf application={application} />
      )}
    </>
  );
}

function SchedulesOf({ application }: { readonly application: string }): JSX.Element {
  const { timers } = useConsole();
  const list = usePages(`schedules ${application}`, (pageToken, signal) =>
    timers.listSchedules(application, pageToken, signal),
  );
  const { items, error } = list;
  return (
    <>
      {error !== undefined && <Problem error={error} onRetry={list.reload} />}
      {items === undefined && error === undefined && <p role="status">Loading…</p>}
      {items?.length === 0 && (
        <Empty title={`${application} has no schedules`} command={FIRST_SCHEDULE}>
          <p>This makes one that appends an event each minute:</p>
        </Empty>
      )}
      {items !== undefined && items.length > 0 && (
        <table class="cards">
          <thead>
            <tr>
              <th scope="col">Schedule</th>
              <th scope="col">When</th>
              <th scope="col">Next run</th>
              <th scope="col">Target</th>
              <th scope="col" class="number">
                Runs made
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.scheduleId}>
                <th scope="row" class="name">
                  <Link to={addressOf(['schedules', application, item.scheduleId])}>
                    {item.scheduleId}
                  </Link>
                </th>
                <td data-name="When">{recurrenceText(item.recurrence)}</td>
                <td data-name="Next run">
                  {item.pausedMs !== undefined ? (
                    <span class="pill pending">paused</span>
                  ) : item.nextRun === undefined ? (
                    'none'
                  ) : (
                    <TimeText atMs={item.nextRun.dueMs} />
                  )}
                </td>
                <td data-name="Target" class="name">
                  {targetText(item.target)}
                </td>
                <td data-name="Runs made" class="number">
                  {item.made.toLocaleString()}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <More {...list} onMore={list.more} />
    </>
  );
}

export function recurrenceText(recurrence: Recurrence): string {
  return recurrence.kind === 'cron'
    ? `${recurrence.expression} (${recurrence.timeZone})`
    : `every ${durationText(recurrence.everyMs)}`;
}
