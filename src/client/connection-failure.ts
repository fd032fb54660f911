/** What grpc-js says when a call never left the process. */
const NEVER_SENT = /^No connection established|^Name resolution failed/;

/** The error of the last try to connect, without what grpc-js and OpenSSL say around it. */
const BEFORE = /^.*?Last error: (?:Error(?: \[\w+\])?: )?(?:.*?:SSL routines:\w+:)?/s;
const AFTER = /(?::\.\.\/|\n|\. Resolution| \(\d{4}-).*$/s;

/** What other parts of these texts mean. All but the last can only end by a change of settings. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/wrong version number|packet length too long/, 'the server does not speak TLS on this port'],
  [/ERR_TLS_CERT_ALTNAME_INVALID/, 'the certificate of the server is for another host'],
  [/certificate has expired/, 'the certificate of the server has expired'],
  [/certificate is not yet valid/, 'the certificate of the server is not valid yet'],
  [/unable to (verify|get)|self[- ]signed/, 'no trusted authority has issued the certificate'],
  [/alert protocol version|unsupported protocol/, 'the server speaks no common version of TLS'],
  [/alert/, 'the server asks for a client certificate, or does not accept this one'],
];

/** Closed after the connection was there: TLS 1.3 tells a client no sooner. */
const CLOSED = /Last error: Failed to connect/;
const CLOSED_MEANING =
  'the server closed the connection at once: it may want TLS, or another client certificate';

/** A connection that could not be made. `lasting`: trying again is of no use by itself. */
export interface ConnectionFailure {
  readonly message: string;
  readonly lasting: boolean;
}

/** Undefined when the call may have left this process. `details` are those of grpc-js. */
export function connectionFailure(details: string): ConnectionFailure | undefined {
  if (!NEVER_SENT.test(details)) return undefined;
  const said = details.replace(BEFORE, '').replace(AFTER, '');
  const meaning = MEANINGS.find(([pattern]) => pattern.test(details))?.[1];
  if (meaning !== undefined) {
    return { message: `no secure connection: ${meaning} (${said})`, lasting: true };
  }
  const message = CLOSED.test(details) ? `no connection: ${CLOSED_MEANING}` : details;
  return { message, lasting: false };
}
