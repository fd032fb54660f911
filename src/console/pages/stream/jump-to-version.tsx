import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

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
      <label for="version">Version</label>
      <input
        id="version"
        type="number"
        inputMode="numeric"
        min={1}
        max={currentVersion}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" disabled={!isThere}>
        Go
      </button>
    </form>
  );
}
