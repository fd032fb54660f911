import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { keptChoice } from './kept-choice.js';

const KEY = 'cassadra-theme';
const THEMES = ['auto', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

function kept(): Theme {
  const choice = keptChoice.read(KEY);
  return THEMES.find((theme) => theme === choice) ?? 'auto';
}

/** As somebody chose it before. */
export function applyTheme(theme: Theme = kept()): void {
  document.documentElement.dataset['theme'] = theme;
}

/** Light, dark, or as the system is. */
export function ThemeSwitch(): JSX.Element {
  const [theme, setTheme] = useState(kept);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
  const change = (): void => {
    keptChoice.keep(KEY, next);
    applyTheme(next);
    setTheme(next);
  };
  return (
    <button
      type="button"
      class="plain"
      onClick={change}
      title={`Colours: ${theme}. Change to ${next}`}
    >
      <span aria-hidden="true">{theme === 'dark' ? '☾' : theme === 'light' ? '☀' : '◐'}</span>
      <span class="unseen">Colours: {theme}</span>
    </button>
  );
}
