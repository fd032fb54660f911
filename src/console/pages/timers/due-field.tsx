import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { localTime } from '../../parts/time-text.js';

interface DueFieldProps {
  readonly dueMs: number;
  readonly onDue: (dueMs: number) => void;
  readonly onClose: () => void;
}

const STEPS = [
  ['in a minute', 60_000],
  ['in an hour', 3_600_000],
  ['in a day', 86_400_000],
] as const;

/** Asks for a time, in that of this machine. */
export function DueField({ dueMs, onDue, onClose }: DueFieldProps): JSX.Element {
  const [text, setText] = useState(() => fieldText(dueMs));
  const chosenMs = new Date(text).getTime();
  const isTime = Number.isFinite(chosenMs);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (isTime) onDue(chosenMs);
  };
  return (
    <form onSubmit={submit}>
      <label for="due">Local time</label>
      <input
        id="due"
        type="datetime-local"
        step={1}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <div class="bar">
        {STEPS.map(([name, ms]) => (
          <button key={name} type="button" onClick={() => setText(fieldText(Date.now() + ms))}>
            {name}
          </button>
        ))}
      </div>
      <p class="quiet">
        {isTime
          ? `${localTime(chosenMs)}, UTC ${new Date(chosenMs).toISOString()}`
          : 'Choose a time.'}
      </p>
      <div class="bar">
        <button type="submit" class="main" disabled={!isTime}>
          Reschedule
        </button>
        <button type="button" onClick={onClose}>
          Back
        </button>
      </div>
    </form>
  );
}

/** As the field has it: local, without a zone. */
function fieldText(atMs: number): string {
  const date = new Date(atMs);
  const local = new Date(atMs - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}
