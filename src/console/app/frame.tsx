import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Session } from '../api/session.js';
import { Link } from './link.js';
import { addressOf, type Place } from './path.js';
import { SECTIONS } from './sections.js';
import { ThemeSwitch } from './theme-switch.js';
import { ShortcutList } from './shortcut-list.js';
import { useShortcuts } from './shortcuts.js';

interface FrameProps {
  readonly place: Place;
  readonly session: Session;
  /** The server does not answer. */
  readonly lost: boolean;
  readonly said: string;
  readonly onSignOut: (() => void) | undefined;
  readonly children: ComponentChildren;
}

/** What stands around every page. */
export function Frame(props: FrameProps): JSX.Element {
  const { place, session, lost, said, onSignOut, children } = props;
  const main = useRef<HTMLElement>(null);
  const pages = useRef<HTMLElement>(null);
  const current = place.parts[0] ?? '';
  useShortcuts();
  useEffect(() => {
    const section = SECTIONS.find(({ part }) => part === current)?.name ?? 'Console';
    document.title = `${section} – Cassadra`;
    const here = pages.current?.querySelector('[aria-current]');
    here?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [current]);
  return (
    <>
      <a class="skip" href="#main" onClick={() => main.current?.focus()}>
        To the content
      </a>
      <header class="top">
        <Link class="brand" to={addressOf([])}>
          Cassadra
        </Link>
        <nav aria-label="Pages" ref={pages}>
          {SECTIONS.map(({ part, name, key }) => (
            <Link
              key={part}
              to={addressOf(part === '' ? [] : [part])}
              current={part === current}
              title={`g, then ${key}`}
            >
              {name}
            </Link>
          ))}
        </nav>
        <div class="who">
          <span class="quiet">
            {session.storage} · {session.version}
          </span>
          <ShortcutList />
          <ThemeSwitch />
          {onSignOut !== undefined && (
            <button
              type="button"
              class="plain"
              onClick={onSignOut}
              title={`Signed in as ${session.caller}`}
            >
              Sign out
            </button>
          )}
        </div>
      </header>
      {lost && (
        <p class="lost" role="alert">
          The server does not answer. What you see may be old; the page goes on when it is back.
        </p>
      )}
      <main id="main" tabIndex={-1} ref={main}>
        {children}
      </main>
      <p class={said === '' ? 'said none' : 'said'} role="status" aria-live="polite">
        {said}
      </p>
    </>
  );
}
