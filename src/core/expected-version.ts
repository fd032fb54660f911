/** What the caller believes of the stream at the moment of the append. */
export type ExpectedVersion =
  | { readonly kind: 'exact'; readonly version: number }
  | { readonly kind: 'no-stream' }
  | { readonly kind: 'stream-exists' }
  | { readonly kind: 'any' };

export const NO_STREAM: ExpectedVersion = { kind: 'no-stream' };
export const STREAM_EXISTS: ExpectedVersion = { kind: 'stream-exists' };
export const ANY_VERSION: ExpectedVersion = { kind: 'any' };

/** Exactly `version`; 0 is the same as *no stream*. */
export function exactVersion(version: number): ExpectedVersion {
  return version === 0 ? NO_STREAM : { kind: 'exact', version };
}

/** The one version that the expectation names, if it names one. */
export function namedVersion(expected: ExpectedVersion): number | undefined {
  switch (expected.kind) {
    case 'exact':
      return expected.version;
    case 'no-stream':
      return 0;
    case 'stream-exists':
    case 'any':
      return undefined;
  }
}

/** Whether a stream at `currentVersion` (0 = no stream) is what the caller expects. */
export function isExpected(expected: ExpectedVersion, currentVersion: number): boolean {
  switch (expected.kind) {
    case 'exact':
      return currentVersion === expected.version;
    case 'no-stream':
      return currentVersion === 0;
    case 'stream-exists':
      return currentVersion > 0;
    case 'any':
      return true;
  }
}
