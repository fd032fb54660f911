import type { JSX } from 'preact';
import { AppendPage } from '../pages/append/append-page.js';
import { CorrelationPage } from '../pages/correlation/correlation-page.js';
import { FailedPage } from '../pages/failed/failed-page.js';
import { OverviewPage } from '../pages/overview/overview-page.js';
import { SchedulePage } from '../pages/schedules/schedule-page.js';
import { SchedulesPage } from '../pages/schedules/schedules-page.js';
import { DiffPage } from '../pages/stream/diff-page.js';
import { StreamPage } from '../pages/stream/stream-page.js';
import { StreamsPage } from '../pages/streams/streams-page.js';
import { TimerPage } from '../pages/timers/timer-page.js';
import { TimersPage } from '../pages/timers/timers-page.js';
import { TypesPage } from '../pages/types/types-page.js';
import { ErrorBoundary } from '../parts/error-boundary.js';
import { Link } from './link.js';
import { addressOf, type Place } from './path.js';

/** The page of a path. When it fails, what stands around it stays. */
export function pageAt(place: Place): JSX.Element {
  const path = `${place.parts.join('/')}?${place.query.toString()}`;
  return <ErrorBoundary path={path}>{pageOf(place)}</ErrorBoundary>;
}

function pageOf({ parts, query }: Place): JSX.Element {
  const [section = '', first, second] = parts;
  const text = (name: string): string => query.get(name) ?? '';
  switch (section) {
    case '':
      return <OverviewPage />;
    case 'streams':
      if (first === undefined) return <StreamsPage prefix={text('prefix')} />;
      if (second === 'diff')
        return <DiffPage stream={first} left={text('left')} right={text('right')} />;
      return <StreamPage key={first} stream={first} version={versionIn(second)} />;
    case 'correlation':
      return <CorrelationPage key={first} correlationId={first ?? ''} stream={text('stream')} />;
    case 'types':
      return <TypesPage chosen={query.getAll('type')} />;
    case 'append':
      return <AppendPage key={text('stream')} stream={text('stream')} />;
    case 'timers':
      if (first === undefined || second === undefined) {
        return <TimersPage application={first ?? ''} view={text('view')} />;
      }
      return <TimerPage key={second} application={first} eventId={second} />;
    case 'schedules':
      if (first === undefined || second === undefined)
        return <SchedulesPage application={first ?? ''} />;
      return <SchedulePage key={second} application={first} scheduleId={second} />;
    case 'failed':
      return <FailedPage sweepId={first ?? ''} expected={numberIn(text('of'))} />;
    default:
      return (
        <>
          <h1>There is no such page</h1>
          <Link to={addressOf([])}>To the overview</Link>
        </>
      );
  }
}

function numberIn(text: string): number | undefined {
  const value = Number(text);
  return text !== '' && Number.isFinite(value) ? value : undefined;
}

function versionIn(part: string | undefined): number | undefined {
  const version = Number(part);
  return Number.isInteger(version) && version > 0 ? version : undefined;
}
