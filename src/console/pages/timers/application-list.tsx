import type { JSX } from 'preact';
import type { Application } from '../../api/timed-event.js';
import { missingRole, useConsole } from '../../app/console-context.js';
import { Link } from '../../app/link.js';
import { addressOf, goTo } from '../../app/path.js';
import { usePages } from '../../app/use-pages.js';
import { Empty } from '../../parts/empty.js';
import { More } from '../../parts/more.js';
import { Problem } from '../../parts/problem.js';
import { SearchForm } from '../../parts/search-form.js';

interface ApplicationListProps {
  /** Where the applications lead. */
  readonly section: 'timers' | 'schedules';
  /** Makes the first one. */
  readonly command: string;
}

type Row = Pick<Application, 'application' | 'pausedMs'>;

function unpaused(application: string): Row {
  return { application, pausedMs: undefined };
}

/** The applications that have scheduled something; any other can be named. */
export function ApplicationList({ section, command }: ApplicationListProps): JSX.Element {
  const { session, timers } = useConsole();
  const own = session.applications;
  const missing = own === undefined ? missingRole(session, 'admin') : undefined;
  const list = usePages('applications', async (pageToken, signal) =>
    own === undefined && missing === undefined
      ? await timers.listApplications(pageToken, signal)
      : { items: (own ?? []).map(unpaused), nextPageToken: '' },
  );
  const { items, error } = list;
  return (
    <>
      <SearchForm
        label="Application"
        verb="Open"
        onOpen={(name) => goTo(addressOf([section, name]))}
      />
      {error !== undefined && <Problem error={error} onRetry={list.reload} />}
      {items !== undefined && items.length > 0 && (
        <ul class="list" aria-label="Applications">
          {items.map(({ application, pausedMs }) => (
            <li key={application}>
              <Link to={addressOf([section, application])} class="row">
                <strong class="name">{application}</strong>
                {pausedMs !== undefined && <span class="pill pending">paused</span>}
              </Link>
            </li>
          ))}
        </ul>
      )}
      {missing !== undefined && (
        <p class="quiet">To see which there are, {missing}: open one by its name.</p>
      )}
      {items?.length === 0 && missing === undefined && (
        <Empty title="No application has scheduled anything" command={command}>
          <p>Every timed event belongs to an application. This makes one, due in half a minute:</p>
        </Empty>
      )}
      <More {...list} onMore={list.more} />
    </>
  );
}
