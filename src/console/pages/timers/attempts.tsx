import type { JSX } from 'preact';
import type { Attempt, TimedEvent } from '../../api/timed-event.js';
import { durationText, preciseTime } from '../../parts/time-text.js';

interface AttemptsProps {
  readonly timer: TimedEvent;
  readonly attempts: readonly Attempt[];
}

/** The shortest bar that can be seen, as a part of the whole. */
const BAR_MIN = 0.005;

/** Attempts as a waterfall: where they lie between the due time and the end, and how they ended. */
export function Attempts({ timer, attempts }: AttemptsProps): JSX.Element {
  const [first] = attempts;
  if (first === undefined) return <p class="quiet">None yet.</p>;
  const fromMs = Math.min(timer.dueMs, first.startedMs);
  const untilMs = Math.max(
    ...attempts.map(({ startedMs, durationMs }) => startedMs + durationMs),
    fromMs + 1,
  );
  const part = (ms: number): number => ms / (untilMs - fromMs);
  return (
    <ol class="waterfall">
      {attempts.map((attempt) => {
        const { number, startedMs, durationMs } = attempt;
        const left = Math.min(1 - BAR_MIN, part(startedMs - fromMs));
        const width = Math.max(BAR_MIN, part(durationMs));
        return (
          <li key={number}>
            <div class="bar">
              <strong>
                {number}. {outcomeText(attempt)}
              </strong>
              <span class="quiet">
                {preciseTime(startedMs)}, {durationText(durationMs)}
                {startedMs > timer.dueMs &&
                  `, ${durationText(startedMs - timer.dueMs)} after the due time`}
              </span>
            </div>
            <div class="track" aria-hidden="true">
              <div
                class={isGood(attempt) ? 'good' : 'bad'}
                style={{
                  left: `${String(left * 100)}%`,
                  width: `${String(Math.min(width, 1 - left) * 100)}%`,
                }}
              />
            </div>
            {attempt.body !== '' && (
              <details>
                <summary>Answer</summary>
                <pre tabIndex={0}>
                  <code>{attempt.body}</code>
                </pre>
              </details>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function isGood({ outcome, httpStatus }: Attempt): boolean {
  return outcome === 'ANSWERED' && httpStatus >= 200 && httpStatus < 300;
}

function outcomeText({ outcome, httpStatus, error }: Attempt): string {
  switch (outcome) {
    case 'ANSWERED':
      return `answered ${String(httpStatus)}`;
    case 'FAILED':
      return error === '' ? 'no answer' : error;
    case 'LOST':
      return 'lost with the server that made it';
  }
}
