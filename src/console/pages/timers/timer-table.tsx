import type { JSX } from 'preact';
import type { Target, TimedEvent } from '../../api/timed-event.js';
import { Link } from '../../app/link.js';
import { addressOf } from '../../app/path.js';
import { StatusPill } from '../../parts/status-pill.js';
import { TimeText } from '../../parts/time-text.js';

interface TimerTableProps {
  readonly items: readonly TimedEvent[];
  readonly nowMs: number;
}

/** Timed events, a row each. On a phone each is a card. */
export function TimerTable({ items, nowMs }: TimerTableProps): JSX.Element {
  return (
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">Event id</th>
          <th scope="col">Status</th>
          <th scope="col">Due</th>
          <th scope="col">Target</th>
          <th scope="col" class="number">
            Attempts
          </th>
          <th scope="col">Reason</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.eventId}>
            <th scope="row" class="name">
              <Link to={addressOf(['timers', item.application, item.eventId])}>{item.eventId}</Link>
            </th>
            <td data-name="Status">
              <StatusPill status={item.status} />
            </td>
            <td data-name="Due">
              <TimeText atMs={item.dueMs} />{' '}
              <span class="quiet">
                <TimeText atMs={item.dueMs} nowMs={nowMs} />
              </span>
            </td>
            <td data-name="Target" class="name">
              {targetText(item.target)}
            </td>
            <td data-name="Attempts" class="number">
              {item.attemptCount}
            </td>
            <td data-name="Reason">{item.failureReason}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function targetText(target: Target): string {
  return target.kind === 'http'
    ? `${target.method} ${target.url}`
    : `append ${target.type} to ${target.stream}`;
}
