/** What an error says to its caller. gRPC statuses by name, HTTP by number. */
export interface ErrorEntry {
  readonly grpc: GrpcStatus;
  readonly http: number;
  /** Whether the very same call may succeed later. */
  readonly retryable: boolean;
  readonly advice: string;
}

export type GrpcStatus =
  | 'CANCELLED'
  | 'UNKNOWN'
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'INTERNAL'
  | 'UNIMPLEMENTED'
  | 'UNAVAILABLE'
  | 'DATA_LOSS';

const entry = (grpc: GrpcStatus, http: number, retryable: boolean, advice: string): ErrorEntry => ({
  grpc,
  http,
  retryable,
  advice,
});

/** Every error that leaves the server. `docs/errors.md` says the same, held together by a test. */
export const ERROR_CATALOGUE = {
  INVALID_ARGUMENT: entry(
    'INVALID_ARGUMENT',
    400,
    false,
    'Correct the field that the message names.',
  ),
  LIMIT_EXCEEDED: entry(
    'INVALID_ARGUMENT',
    400,
    false,
    'Send less: the message names the limit and its value.',
  ),
  DUPLICATE_EVENT_ID: entry(
    'INVALID_ARGUMENT',
    400,
    false,
    'Give every event of an append an id of its own.',
  ),
  CURSOR_INVALID: entry(
    'INVALID_ARGUMENT',
    400,
    false,
    'Use a cursor of this store as it was given, or start anew.',
  ),
  EVENT_ID_REUSED: entry(
    'ALREADY_EXISTS',
    409,
    false,
    'Use new event ids, or repeat the first append unchanged.',
  ),
  TYPE_NAME_TAKEN: entry(
    'ALREADY_EXISTS',
    409,
    false,
    'The name or the code is declared otherwise; use that or another.',
  ),
  TIMED_EVENT_EXISTS: entry(
    'ALREADY_EXISTS',
    409,
    false,
    'The application has a timed event of this id. Take another, or say what to do (on_exists).',
  ),
  SWEEP_EXISTS: entry(
    'ALREADY_EXISTS',
    409,
    false,
    'There is another replay or purge of this id. Take another id, or repeat the first call.',
  ),
  SCHEDULE_EXISTS: entry(
    'ALREADY_EXISTS',
    409,
    false,
    'The application has a schedule of this id. Take another, or say what to do (on_exists).',
  ),
  REVISION_CONFLICT: entry(
    'ABORTED',
    409,
    false,
    'Get the schedule again, decide again, update it at its current revision.',
  ),
  BACKFILL_RUNNING: entry(
    'FAILED_PRECONDITION',
    409,
    false,
    'Wait until the backfill of the schedule is through, then ask for the next one.',
  ),
  KEY_EXISTS: entry(
    'ALREADY_EXISTS',
    409,
    false,
    'The application has another signing key of this id. Take another id, or delete that key.',
  ),
  SECRETS_DISABLED: entry(
    'FAILED_PRECONDITION',
    400,
    false,
    'Give all servers and pollers the same SECRETS_KEY, then repeat the call.',
  ),
  NOT_FOUND: entry('NOT_FOUND', 404, false, 'There is nothing of that name.'),
  FORBIDDEN: entry(
    'PERMISSION_DENIED',
    403,
    false,
    'Call from a program, or from a page that this server has sent.',
  ),
  UNAUTHENTICATED: entry(
    'UNAUTHENTICATED',
    401,
    false,
    'Send a bearer token that this server knows and that has not expired, or a client certificate.',
  ),
  PERMISSION_DENIED: entry(
    'PERMISSION_DENIED',
    403,
    false,
    'Ask whoever runs the server for the role, stream prefix or application that is missing.',
  ),
  VERSION_CONFLICT: entry(
    'ABORTED',
    409,
    false,
    'Load the stream again, decide again, append at its current version.',
  ),
  OUTCOME_UNKNOWN: entry(
    'UNKNOWN',
    504,
    true,
    'It may have been written. Retry with the same ids.',
  ),
  DEADLINE_EXCEEDED: entry(
    'DEADLINE_EXCEEDED',
    504,
    true,
    'Nothing was written. Retry with a longer deadline.',
  ),
  CANCELLED: entry('CANCELLED', 499, true, 'The caller cancelled before anything was written.'),
  UNAVAILABLE: entry('UNAVAILABLE', 503, true, 'Nothing was written. Retry with back-off.'),
  NOT_READY: entry(
    'UNAVAILABLE',
    503,
    true,
    'The server waits for its storage or is stopping. Retry with back-off.',
  ),
  QUEUE_FULL: entry(
    'RESOURCE_EXHAUSTED',
    429,
    true,
    'Nothing was written. Slow down, then retry with back-off.',
  ),
  OVERLOADED: entry(
    'RESOURCE_EXHAUSTED',
    503,
    true,
    'Nothing was begun: the server has as many calls as it takes. Retry with back-off.',
  ),
  RATE_LIMITED: entry(
    'RESOURCE_EXHAUSTED',
    429,
    true,
    'Nothing was begun: this caller is over its rate. Slow down, then retry with back-off.',
  ),
  QUOTA_REACHED: entry(
    'RESOURCE_EXHAUSTED',
    429,
    true,
    'Wait until timed events of the application have finished, or have its quota raised.',
  ),
  TOO_MANY_SUBSCRIPTIONS: entry(
    'RESOURCE_EXHAUSTED',
    429,
    true,
    'End subscriptions that nobody reads, or ask another server.',
  ),
  RESPONSE_TOO_LARGE: entry(
    'RESOURCE_EXHAUSTED',
    413,
    false,
    'Read the stream in parts (ReadStream).',
  ),
  STREAM_FULL: entry(
    'FAILED_PRECONDITION',
    400,
    false,
    'The stream has reached the last version; start another.',
  ),
  NOT_FAILED: entry(
    'FAILED_PRECONDITION',
    409,
    false,
    'Only a timed event that has failed can be purged; cancel one that has not finished.',
  ),
  STREAM_CORRUPT: entry(
    'DATA_LOSS',
    500,
    false,
    'Versions are missing or doubled. Stop writing to the stream; compare it with a backup.',
  ),
  NOT_SUPPORTED: entry(
    'UNIMPLEMENTED',
    501,
    false,
    'This storage cannot do it. The message says what it can do instead.',
  ),
  DATA_FORMAT_NEWER: entry(
    'FAILED_PRECONDITION',
    500,
    false,
    'The data directory was written by a newer version; run that one.',
  ),
  DATA_DIR_INVALID: entry(
    'FAILED_PRECONDITION',
    500,
    false,
    'The data directory is damaged or not ours. Restore a copy, or name another one.',
  ),
  STORAGE_FULL: entry(
    'UNAVAILABLE',
    503,
    true,
    'The disk is full. Free space; what was acknowledged is safe.',
  ),
  SCHEMA_MISMATCH: entry(
    'FAILED_PRECONDITION',
    500,
    false,
    'Run gentables, or correct what the message names.',
  ),
  INTERNAL: entry('INTERNAL', 500, false, 'A fault of the server; see its log and report it.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
