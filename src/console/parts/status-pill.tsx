import type { JSX } from 'preact';
import type { TimedEventStatus } from '../api/timed-event.js';

/** The status of a timed event: a word, and a colour. */
export function StatusPill({ status }: { readonly status: TimedEventStatus }): JSX.Element {
  return <span class={`pill ${status.toLowerCase()}`}>{status.toLowerCase()}</span>;
}
