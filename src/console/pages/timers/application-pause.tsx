import type { JSX } from 'preact';
import { missingRole, useConsole } from '../../app/console-context.js';
import { useLoaded } from '../../app/use-loaded.js';
import { PauseBar } from '../../parts/pause-bar.js';

/** Whether an application fires at all, and how to stop it, or let it go on. */
export function ApplicationPause(props: { readonly application: string }): JSX.Element | null {
  const { application: name } = props;
  const { session, timers } = useConsole();
  const mayLook = missingRole(session, 'admin') === undefined;
  const state = useLoaded(`application ${name}`, async (signal) =>
    mayLook ? await timers.application(name, signal) : undefined,
  );
  const { value } = state;
  // one that has never scheduled anything is not there
  if (value === undefined) return null;
  return (
    <div class="bar">
      {value.pendingCount !== undefined && (
        <span>{value.pendingCount.toLocaleString()} pending</span>
      )}
      <PauseBar
        name={name}
        role="admin"
        pausedMs={value.pausedMs}
        note={value.pauseNote}
        pause={(note) => timers.pauseApplication(name, note)}
        resume={() => timers.resumeApplication(name)}
        onChange={state.reload}
      >
        <p>No timer of it fires until it is resumed. What is due meanwhile fires then.</p>
      </PauseBar>
    </div>
  );
}
