import type { ComponentChildren, JSX } from 'preact';
import { CopyButton } from './copy-button.js';

interface EmptyProps {
  readonly title: string;
  /** A command that makes the first of what is missing. */
  readonly command?: string | undefined;
  readonly children?: ComponentChildren;
}

/** Where there is nothing yet: says how to get something. */
export function Empty({ title, command, children }: EmptyProps): JSX.Element {
  return (
    <section class="empty">
      <h2>{title}</h2>
      {children}
      {command !== undefined && (
        <div class="command">
          <pre tabIndex={0}>
            <code>{command}</code>
          </pre>
          <CopyButton text={command} what="the command" />
        </div>
      )}
    </section>
  );
}
