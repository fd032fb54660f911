import { useEffect } from 'preact/hooks';
import { addressOf, goTo } from './path.js';
import { SECTIONS } from './sections.js';
import { areShortcutsOn } from './shortcut-list.js';

/** How long the second key may take. */
const CHORD_MS = 1_000;

/** `g` and a letter open a page, `/` goes to the field for searching. Not while somebody types. */
export function useShortcuts(): void {
  useEffect(() => {
    let chordUntilMs = 0;
    const press = (event: KeyboardEvent): void => {
      if (!areShortcutsOn()) return;
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('input[type="search"]');
        if (field === null) return;
        event.preventDefault();
        field.focus();
      } else if (event.timeStamp < chordUntilMs) {
        chordUntilMs = 0;
        const section = SECTIONS.find(({ key }) => key === event.key);
        if (section !== undefined) goTo(addressOf(section.part === '' ? [] : [section.part]));
      } else if (event.key === 'g') {
        chordUntilMs = event.timeStamp + CHORD_MS;
      }
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, dialog') !== null
  );
}
