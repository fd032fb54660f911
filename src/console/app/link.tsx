import type { ComponentChildren, JSX } from 'preact';
import { goTo } from './path.js';

interface LinkProps {
  readonly to: string;
  readonly children: ComponentChildren;
  readonly class?: string;
  /** Whether it leads to where somebody is. */
  readonly current?: boolean;
  readonly title?: string;
}

/** A link within the console: a real one, so that it opens in another tab, too. */
export function Link({ to, children, current = false, ...rest }: LinkProps): JSX.Element {
  const follow = (event: MouseEvent): void => {
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!isPlain || event.defaultPrevented) return;
    event.preventDefault();
    goTo(to);
  };
  return (
    <a {...rest} href={to} onClick={follow} {...(current ? { 'aria-current': 'page' } : {})}>
      {children}
    </a>
  );
}
