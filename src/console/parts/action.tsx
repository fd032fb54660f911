import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Role } from '../api/session.js';
import { missingRole, useConsole } from '../app/console-context.js';

interface ActionProps {
  /** What the caller must be allowed to do. */
  readonly role: Role;
  readonly onClick: () => void | Promise<void>;
  readonly children: ComponentChildren;
  readonly class?: string;
  /** Why it cannot be done now, beside the role. */
  readonly hindrance?: string | undefined;
}

/** A button for something that a role allows: without the role it says so. Once at a time. */
export function Action({ role, onClick, children, hindrance, ...rest }: ActionProps): JSX.Element {
  const { session } = useConsole();
  const [busy, setBusy] = useState(false);
  const reason = missingRole(session, role) ?? hindrance;
  const act = (): void => {
    const result = onClick();
    if (result === undefined) return;
    setBusy(true);
    void result.finally(() => setBusy(false));
  };
  return (
    <button
      {...rest}
      type="button"
      disabled={reason !== undefined || busy}
      title={reason ?? ''}
      aria-busy={busy}
      onClick={act}
    >
      {children}
      {reason !== undefined && <span class="unseen"> ({reason})</span>}
    </button>
  );
}
