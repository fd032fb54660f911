import type { JSX } from 'preact';
import { Link } from '../../app/link.js';
import { addressOf } from '../../app/path.js';

const NAMES = { timers: 'Timers', schedules: 'Schedules' } as const;

interface ApplicationHeadProps {
  readonly section: keyof typeof NAMES;
  /** Empty: none is chosen. */
  readonly application: string;
}

/** The heading of what belongs to applications, and the way to their other section. */
export function ApplicationHead({ section, application }: ApplicationHeadProps): JSX.Element {
  const other = section === 'timers' ? 'schedules' : 'timers';
  if (application === '') return <h1>{NAMES[section]}</h1>;
  return (
    <header class="head">
      <h1>
        {NAMES[section]} of {application}
      </h1>
      <p>
        <Link to={addressOf([section])}>All applications</Link> ·{' '}
        <Link to={addressOf([other, application])}>Its {other}</Link>
      </p>
    </header>
  );
}
