import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { TimedEvent } from '../../api/timed-event.js';
import type { ChangeOutcome } from '../../api/timers.js';
import { useConsole } from '../../app/console-context.js';
import { useAct } from '../../app/use-act.js';
import { Action } from '../../parts/action.js';
import { Confirm, Dialog } from '../../parts/dialog.js';
import { Problem } from '../../parts/problem.js';
import { DueField } from './due-field.js';

interface TimerActionsProps {
  readonly timer: TimedEvent;
  readonly onChange: () => void;
}

const SAID: Readonly<Record<ChangeOutcome, string>> = {
  DONE: 'Done: no attempt of the old plan begins any more.',
  STARTED: 'It is due now.',
  IN_FLIGHT: 'An attempt is under way and may arrive; no further one of the old plan begins.',
  FINISHED: 'It was over already: nothing was changed.',
  UNKNOWN: 'Nobody knows yet whether it was done: look, and repeat it.',
};

/** What can be done about a timed event now. */
export function TimerActions({ timer, onChange }: TimerActionsProps): JSX.Element {
  const { timers, say } = useConsole();
  const { application, eventId, status } = timer;
  const [asking, setAsking] = useState<'cancel' | 'move' | undefined>(undefined);
  const trying = useAct();
  const act = async (change: () => Promise<ChangeOutcome>): Promise<void> => {
    setAsking(undefined);
    await trying.act(async () => say(SAID[await change()]));
    onChange();
  };
  const open = status === 'PENDING' || status === 'PROCESSING';
  const over = open ? undefined : `It is ${status.toLowerCase()}`;
  const cannotRetry =
    status === 'PENDING' || status === 'FAILED' ? undefined : `It is ${status.toLowerCase()}`;
  return (
    <>
      <div class="bar" role="group" aria-label="Actions">
        <Action role="schedule" hindrance={over} onClick={() => setAsking('cancel')}>
          Cancel…
        </Action>
        <Action role="schedule" hindrance={over} onClick={() => setAsking('move')}>
          Reschedule…
        </Action>
        <Action
          role="admin"
          hindrance={cannotRetry}
          onClick={() => act(() => timers.retryNow(application, eventId))}
        >
          {status === 'FAILED' ? 'Retry now' : 'Fire now'}
        </Action>
      </div>
      {trying.failure !== undefined && <Problem error={trying.failure} />}
      {asking === 'cancel' && (
        <Confirm
          title="Cancel this timer?"
          verb="Cancel it"
          onClose={() => setAsking(undefined)}
          onConfirm={() => void act(() => timers.cancel(application, eventId))}
        >
          <p>
            <code>{eventId}</code> of {application} will not fire.
          </p>
        </Confirm>
      )}
      {asking === 'move' && (
        <Dialog title="When should it fire?" onClose={() => setAsking(undefined)}>
          <DueField
            dueMs={timer.dueMs}
            onDue={(dueMs) => void act(() => timers.reschedule(application, eventId, dueMs))}
            onClose={() => setAsking(undefined)}
          />
        </Dialog>
      )}
    </>
  );
}
