import type { JSX } from 'preact';

interface MissingRoleProps {
  /** Of the page. */
  readonly title: string;
  /** As `missingRole` says it. */
  readonly reason: string;
}

/** Stands where a page would, for who may not see it. */
export function MissingRole({ title, reason }: MissingRoleProps): JSX.Element {
  return (
    <>
      <h1>{title}</h1>
      <p class="empty">{reason}.</p>
    </>
  );
}
