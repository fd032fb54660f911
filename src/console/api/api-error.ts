/** A call was refused, or failed. Codes as in docs/errors.md; UNREACHABLE: no answer came. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  /** Of HTTP; 0 without an answer. */
  readonly status: number;
  /** The facts that belong to the code, as `current_version`. */
  readonly details: Readonly<Record<string, string>>;

  constructor(
    code: string,
    message: string,
    { status, details }: { status: number; details: Readonly<Record<string, string>> },
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

export function unreachable(cause: unknown): ApiError {
  const error = new ApiError('UNREACHABLE', 'the server cannot be reached', {
    status: 0,
    details: {},
  });
  error.cause = cause;
  return error;
}

/** What somebody can do about it; undefined where the message says it. */
export function adviceOn({ code, details }: ApiError): string | undefined {
  switch (code) {
    case 'UNREACHABLE':
      return 'Is the server running, and is this machine online? The page tries again by itself.';
    case 'UNAUTHENTICATED':
      return 'Sign in with a token that is valid now.';
    case 'PERMISSION_DENIED':
      return `Ask for access: what is missing is ${details['missing'] ?? 'a right'}.`;
    case 'NOT_READY':
    case 'UNAVAILABLE':
      return 'The server waits for its storage. See its log, or the runbook.';
    case 'OUTCOME_UNKNOWN':
      return 'It may have been done. Look first; repeating it is safe with the same ids.';
    case 'VERSION_CONFLICT':
      return 'Somebody else was first: read the stream again, then decide.';
    case 'QUEUE_FULL':
    case 'OVERLOADED':
    case 'RATE_LIMITED':
      return 'The server is busy. Try again in a moment.';
    default:
      return undefined;
  }
}
