import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { TimedEventStatus } from '../../api/timed-event.js';
import { useConsole } from '../../app/console-context.js';
import { Link } from '../../app/link.js';
import { addressOf, goTo } from '../../app/path.js';
import { useEvery } from '../../app/use-every.js';
import { usePages } from '../../app/use-pages.js';
import { Empty } from '../../parts/empty.js';
import { More } from '../../parts/more.js';
import { Problem } from '../../parts/problem.js';
import { SearchForm } from '../../parts/search-form.js';
import { ApplicationHead } from './application-head.js';
import { ApplicationList } from './application-list.js';
import { ApplicationPause } from './application-pause.js';
import { latePage } from './late-page.js';
import { TimerTable } from './timer-table.js';

interface View {
  readonly id: string;
  readonly name: string;
  readonly statuses: readonly TimedEventStatus[];
  /** Only those that should have fired. */
  readonly late?: boolean;
}

const VIEWS: readonly View[] = [
  { id: 'next', name: 'Due next', statuses: ['PENDING', 'PROCESSING'] },
  { id: 'late', name: 'Late', statuses: ['PENDING'], late: true },
  { id: 'failed', name: 'Failed', statuses: ['FAILED'] },
  { id: 'completed', name: 'Completed', statuses: ['COMPLETED'] },
  { id: 'stopped', name: 'Stopped', statuses: ['CANCELLED', 'SKIPPED'] },
  { id: 'all', name: 'All', statuses: [] },
];
const [FIRST_VIEW] = VIEWS;
/** What is due for less is not late: it is about to be fired. */
const LATE_MS = 2_000;
const LOOK_MS = 5_000;

interface TimersPageProps {
  /** Empty: which ones there are. */
  readonly application: string;
  readonly view: string;
}

/** Timed events of an application, by what became of them. */
export function TimersPage({ application, view }: TimersPageProps): JSX.Element {
  return (
    <>
      <ApplicationHead section="timers" application={application} />
      {application === '' ? (
        <ApplicationList section="timers" command={FIRST_TIMER} />
      ) : (
        <TimersOf
          application={application}
          view={VIEWS.find(({ id }) => id === view) ?? FIRST_VIEW}
        />
      )}
    </>
  );
}

const FIRST_TIMER = `curl -X POST ${globalThis.location.origin}/v1/applications/shop/timed-events \\
  -d '{"eventId":"reminder-1","dueMs":"'$(( ($(date +%s) + 30) * 1000 ))'",
       "append":{"stream":"reminders","type":"Reminder"},"json":"{}"}'`;

function TimersOf({
  application,
  view,
}: {
  application: string;
  view: View | undefined;
}): JSX.Element {
  const { timers } = useConsole();
  const [nowMs, setNowMs] = useState(() => Date.now());
  const { id = 'next', statuses = [], late = false } = view ?? {};
  const list = usePages(`timers ${application} ${id}`, (pageToken, signal) => {
    const query = { application, statuses };
    if (!late) return timers.list({ ...query, pageToken }, signal);
    return latePage(pageToken, Date.now() - LATE_MS, (page) =>
      timers.list({ ...query, ...page }, signal),
    );
  });
  useEvery(1_000, () => setNowMs(Date.now()));
  useEvery(LOOK_MS, () => {
    // further pages were asked for: a list that changes under somebody's eyes helps nobody
    if ((list.items?.length ?? 0) <= 100) list.look();
  });
  const { items, error } = list;
  return (
    <>
      <ApplicationPause application={application} />
      <nav class="tabs" aria-label="Which timers">
        {VIEWS.map((one) => (
          <Link
            key={one.id}
            to={addressOf(['timers', application], { view: one.id })}
            current={one.id === id}
          >
            {one.name}
          </Link>
        ))}
      </nav>
      <SearchForm
        label="Event id"
        verb="Open"
        onOpen={(eventId) => goTo(addressOf(['timers', application, eventId]))}
      />
      {error !== undefined && <Problem error={error} onRetry={list.reload} />}
      {items !== undefined && items.length > 0 && <TimerTable items={items} nowMs={nowMs} />}
      {items?.length === 0 && (
        <Empty title={`None ${id === 'all' ? 'at all' : `in “${view?.name ?? ''}”`}`}>
          {id === 'late' && <p>Everything that is due has been fired, or is being fired.</p>}
        </Empty>
      )}
      {items === undefined && error === undefined && <p role="status">Loading…</p>}
      <More {...list} onMore={list.more} />
    </>
  );
}
