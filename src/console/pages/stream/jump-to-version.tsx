import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Field } from '../../parts/field.js';

interface JumpProps {
  readonly currentVersion: number;
  readonly onJump: (version: number) => void;
}

/** Goes to the first, the last, or any version. */
export function JumpToVersion({ currentVersion, onJump }: JumpProps): JSX.Element {
  const [text, setText] = useState('');
  const version = Number(text);
  const isThere = Number.isInteger(version) && version >= 1 && version <= currentVersion;
  const jump = (event: Event): void => {
    event.preventDefault();
    if (isThere) onJump(version);
  };
  return (
    <form class="bar" onSubmit={jump}>
      <button type="button" onClick={() => onJump(1)}>
        First
      </button>
      <button type="button" onClick={() => onJump(currentVersion)}>
        Last
      </button>
      <Field
        id="version"
        label="Version"
        type="number"
        min={1}
        max={currentVersion}
        value={text}
        onValue={setText}
      />
      <button type="submit" disabled={!isThere}>
        Go
      </button>
    </form>
  );
}
