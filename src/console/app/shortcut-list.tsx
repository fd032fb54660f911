import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from '../parts/dialog.js';
import { keptChoice } from './kept-choice.js';
import { SECTIONS } from './sections.js';

const KEY = 'cassadra-shortcuts';
const OFF = 'off';

/** Whether single keys do something: who dictates, or hits keys unwillingly, turns them off. */
export function areShortcutsOn(): boolean {
  return keptChoice.read(KEY) !== OFF;
}

/** A button that shows the keys, and turns them off (WCAG 2.1.4). */
export function ShortcutList(): JSX.Element {
  const [shown, setShown] = useState(false);
  const [on, setOn] = useState(areShortcutsOn);
  const change = (next: boolean): void => {
    keptChoice.keep(KEY, next ? 'on' : OFF);
    setOn(next);
  };
  return (
    <>
      <button type="button" class="plain" onClick={() => setShown(true)}>
        Keys
      </button>
      {shown && (
        <Dialog title="Keys" onClose={() => setShown(false)}>
          <dl class="facts">
            <dt>
              <kbd>/</kbd>
            </dt>
            <dd>to the field for searching</dd>
            {SECTIONS.map(({ name, key }) => (
              <>
                <dt>
                  <kbd>g</kbd> <kbd>{key}</kbd>
                </dt>
                <dd>{name}</dd>
              </>
            ))}
          </dl>
          <div class="bar">
            <label class="choice">
              <input
                type="checkbox"
                checked={on}
                onChange={(event) => change(event.currentTarget.checked)}
              />
              These keys do something
            </label>
            <button type="button" class="main" onClick={() => setShown(false)}>
              Close
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
