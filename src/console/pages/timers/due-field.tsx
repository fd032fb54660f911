import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { givenTime, typedTime } from '../../parts/field-time.js';
import { isoOf } from '../../parts/time-text.js';
import { zonedTime } from '../../parts/zoned-time.js';

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
  const [{ text, atMs }, setTime] = useState(() => givenTime(dueMs));
  const submit = (event: Event): void => {
    event.preventDefault();
    if (atMs !== undefined) onDue(atMs);
  };
  return (
    <form onSubmit={submit}>
      <label for="due">Local time</label>
      <input
        id="due"
        type="datetime-local"
        step={1}
        value={text}
        onInput={(event) => setTime(typedTime(event.currentTarget.value))}
      />
      <div class="bar">
        {STEPS.map(([name, ms]) => (
          <button key={name} type="button" onClick={() => setTime(givenTime(Date.now() + ms))}>
            {name}
          </button>
        ))}
      </div>
      <p class="quiet">
        {atMs === undefined ? 'Choose a time.' : `${zonedTime(atMs)}, UTC ${isoOf(atMs)}`}
      </p>
      <div class="bar">
        <button type="submit" class="main" disabled={atMs === undefined}>
          Reschedule
        </button>
        <button type="button" onClick={onClose}>
          Back
        </button>
      </div>
    </form>
  );
}
