import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Role } from '../api/session.js';
import { useConsole } from '../app/console-context.js';
import { useAct } from '../app/use-act.js';
import { Action } from './action.js';
import { Confirm } from './dialog.js';
import { Problem } from './problem.js';
import { TimeText } from './time-text.js';

interface PauseBarProps {
  /** What is paused, by its name. */
  readonly name: string;
  readonly role: Role;
  readonly pausedMs: number | undefined;
  readonly note: string;
  /** What a pause means. */
  readonly children: ComponentChildren;
  readonly pause: (note: string) => Promise<unknown>;
  readonly resume: () => Promise<unknown>;
  readonly onChange: () => void;
}

/** Whether something is paused; pauses it once that is confirmed, and lets it go on. */
export function PauseBar(props: PauseBarProps): JSX.Element {
  const { name, role, pausedMs, note, children, pause, resume, onChange } = props;
  const { say } = useConsole();
  const [asking, setAsking] = useState(false);
  const [why, setWhy] = useState('');
  const { failure, act } = useAct();
  const change = async (work: () => Promise<unknown>, said: string): Promise<void> => {
    setAsking(false);
    await act(async () => {
      await work();
      say(said);
    });
    onChange();
  };
  return (
    <>
      {pausedMs === undefined ? (
        <Action role={role} onClick={() => setAsking(true)}>
          Pause…
        </Action>
      ) : (
        <>
          <span class="pill pending">paused</span>
          <span>
            since <TimeText atMs={pausedMs} />
            {note !== '' && `: ${note}`}
          </span>
          <Action role={role} onClick={() => change(resume, `${name} goes on.`)}>
            Resume
          </Action>
        </>
      )}
      {failure !== undefined && <Problem error={failure} />}
      {asking && (
        <Confirm
          title={`Pause ${name}?`}
          verb="Pause"
          onClose={() => setAsking(false)}
          onConfirm={() => void change(() => pause(why), `${name} is paused.`)}
        >
          {children}
          <label for="why">Why (for others to read)</label>
          <input
            id="why"
            type="text"
            value={why}
            onInput={(event) => setWhy(event.currentTarget.value)}
          />
        </Confirm>
      )}
    </>
  );
}
