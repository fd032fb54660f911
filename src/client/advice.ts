/** What to do about an error; a test holds it to docs/errors.md, where more is said. */
const ADVICE: Readonly<Record<string, string>> = {
  LIMIT_EXCEEDED: 'Send less: the message names the limit and its value.',
  DUPLICATE_EVENT_ID: 'Give every event of an append an id of its own.',
  CURSOR_INVALID: 'Use a cursor of this store as it was given, or start anew.',
  EVENT_ID_REUSED: 'Use new event ids, or repeat the first append unchanged.',
  TYPE_NAME_TAKEN: 'The name or the code is declared otherwise; use that or another.',
  TIMED_EVENT_EXISTS:
    'The application has a timed event of this id. Take another, or say what to do (on_exists).',
  SWEEP_EXISTS:
    'There is another replay or purge of this id. Take another id, or repeat the first call.',
  KEY_EXISTS:
    'The application has another signing key of this id. Take another id, or delete that key.',
  SECRETS_DISABLED: 'Give all servers and pollers the same SECRETS_KEY, then repeat the call.',
  SCHEDULE_EXISTS:
    'The application has a schedule of this id. Take another, or say what to do (on_exists).',
  REVISION_CONFLICT: 'Get the schedule again, decide again, update it at its current revision.',
  BACKFILL_RUNNING:
    'Wait until the backfill of the schedule is through, then ask for the next one.',
  UNAUTHENTICATED:
    'Send a bearer token that this server knows and that has not expired, or a client certificate.',
  PERMISSION_DENIED:
    'Ask whoever runs the server for the role, stream prefix or application that is missing.',
  OVERLOADED: 'Nothing was begun: the server has as many calls as it takes. Retry with back-off.',
  RATE_LIMITED:
    'Nothing was begun: this caller is over its rate. Slow down, then retry with back-off.',
  QUOTA_REACHED:
    'Wait until timed events of the application have finished, or have its quota raised.',
  NOT_FAILED: 'Only a timed event that has failed can be purged; cancel one that has not finished.',
  VERSION_CONFLICT: 'Load the stream again, decide again, append at its current version.',
  OUTCOME_UNKNOWN: 'It may have been written. Retry with the same ids.',
  DEADLINE_EXCEEDED: 'Nothing was written. Retry with a longer deadline.',
  UNAVAILABLE: 'Nothing was written. Retry with back-off.',
  NOT_READY: 'The server waits for its storage or is stopping. Retry with back-off.',
  QUEUE_FULL: 'Nothing was written. Slow down, then retry with back-off.',
  TOO_MANY_SUBSCRIPTIONS: 'End subscriptions that nobody reads, or ask another server.',
  STREAM_FULL: 'The stream has reached the last version; start another.',
  STREAM_CORRUPT:
    'Versions are missing or doubled. Stop writing to the stream; compare it with a backup.',
  NOT_SUPPORTED: 'This storage cannot do it. The message says what it can do instead.',
  STORAGE_FULL: 'The disk is full. Free space; what was acknowledged is safe.',
  INTERNAL: 'A fault of the server; see its log and report it.',
};

/** Undefined where the message says all. */
export function adviceFor(reason: string): string | undefined {
  return ADVICE[reason];
}
