import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError } from '../../api/api-error.js';
import type { TimedEvent } from '../../api/timed-event.js';
import { useConsole } from '../../app/console-context.js';
import { Link } from '../../app/link.js';
import { addressOf } from '../../app/path.js';
import { useEvery } from '../../app/use-every.js';
import { useLoaded } from '../../app/use-loaded.js';
import { ContentView } from '../../parts/content-view.js';
import { Empty } from '../../parts/empty.js';
import { Problem } from '../../parts/problem.js';
import { StatusPill } from '../../parts/status-pill.js';
import { durationText, TimeText } from '../../parts/time-text.js';
import { Attempts } from './attempts.js';
import { TimerActions } from './timer-actions.js';
import { targetText } from './timer-table.js';

const LOOK_MS = 2_000;

interface TimerPageProps {
  readonly application: string;
  readonly eventId: string;
}

/** One timed event: what it is, its attempts, and what can be done about it. */
export function TimerPage({ application, eventId }: TimerPageProps): JSX.Element {
  const { timers } = useConsole();
  const [nowMs, setNowMs] = useState(() => Date.now());
  const found = useLoaded(`timer ${application} ${eventId}`, async (signal) => {
    const [timer, attempts] = await Promise.all([
      timers.get(application, eventId, signal),
      timers.attempts(application, eventId, signal),
    ]);
    return { timer, attempts };
  });
  const gone = found.error instanceof ApiError && found.error.code === 'NOT_FOUND';
  useEvery(LOOK_MS, () => {
    setNowMs(Date.now());
    if (gone) return;
    const status = found.value?.timer.status;
    // what has ended changes when somebody acts, and then it is fetched anew
    if (status === 'PENDING' || status === 'PROCESSING') found.look();
  });
  const value = gone ? undefined : found.value;
  const error = gone ? undefined : found.error;
  return (
    <>
      <header class="head">
        <h1 class="name">{eventId}</h1>
        <p>
          <Link to={addressOf(['timers', application])}>{application}</Link>{' '}
          {value !== undefined && <StatusPill status={value.timer.status} />}
        </p>
      </header>
      {error !== undefined && <Problem error={error} onRetry={found.reload} />}
      {gone && (
        <Empty title="There is no such timer">
          <p>It was cancelled before its first attempt, or it ended long ago and was deleted.</p>
        </Empty>
      )}
      {value === undefined && error === undefined && !gone && <p role="status">Loading…</p>}
      {value !== undefined && (
        <>
          <TimerActions timer={value.timer} onChange={found.reload} />
          <Facts timer={value.timer} nowMs={nowMs} />
          <section class="card" aria-labelledby="attempts">
            <h2 id="attempts">Attempts</h2>
            <Attempts timer={value.timer} attempts={value.attempts} />
          </section>
          {value.timer.payload !== undefined && (
            <section class="card" aria-labelledby="payload">
              <h2 id="payload">Payload</h2>
              <ContentView content={value.timer.payload} what="payload" />
            </section>
          )}
        </>
      )}
    </>
  );
}

function Facts({
  timer,
  nowMs,
}: {
  readonly timer: TimedEvent;
  readonly nowMs: number;
}): JSX.Element {
  const { target, nextMs, finishedMs, scheduleId, attemptsMax, timeoutMs } = timer;
  return (
    <dl class="facts card">
      <dt>Due</dt>
      <dd>
        <TimeText atMs={timer.dueMs} />{' '}
        <span class="quiet">
          <TimeText atMs={timer.dueMs} nowMs={nowMs} />
        </span>
      </dd>
      {nextMs !== undefined && (
        <>
          <dt>Next attempt</dt>
          <dd>
            <TimeText atMs={nextMs} />{' '}
            <span class="quiet">
              <TimeText atMs={nextMs} nowMs={nowMs} />
            </span>
          </dd>
        </>
      )}
      <dt>Target</dt>
      <dd class="name">
        {target.kind === 'append' ? (
          <>
            append {target.type} to{' '}
            <Link to={addressOf(['streams', target.stream])}>{target.stream}</Link>
          </>
        ) : (
          targetText(target)
        )}
      </dd>
      {timer.failureReason !== '' && (
        <>
          <dt>Reason</dt>
          <dd>{timer.failureReason}</dd>
        </>
      )}
      <dt>Attempts</dt>
      <dd>
        {timer.attemptCount}
        {attemptsMax !== undefined && ` of ${String(attemptsMax)}`}
        {timeoutMs !== undefined && `, each up to ${durationText(timeoutMs)}`}
      </dd>
      <dt>Scheduled</dt>
      <dd>
        <TimeText atMs={timer.createdMs} />
        {scheduleId !== undefined && (
          <>
            {' '}
            by the schedule{' '}
            <Link to={addressOf(['schedules', timer.application, scheduleId])}>{scheduleId}</Link>
          </>
        )}
      </dd>
      {finishedMs !== undefined && (
        <>
          <dt>Finished</dt>
          <dd>
            <TimeText atMs={finishedMs} />
          </dd>
        </>
      )}
      <dt>Id of this run</dt>
      <dd>
        <code>{timer.generation}</code>
      </dd>
    </dl>
  );
}
