import { INT32_MAX, textBytes } from './event.js';
import { namedVersion } from './expected-version.js';
import {
  invalidField,
  requireContentType,
  requireStreamName,
  requireTypeName,
  requireWellFormed,
  requireWithin,
  type Limits,
} from './limits.js';
import type { AppendTarget } from './timed-event.js';

/**
 * Throws unless the event store would take such an event now, so that nothing is scheduled that can
 * only fail. Fields are named as in the v1 API.
 */
export function requireAppendTarget(
  target: AppendTarget,
  payloadBytes: number,
  limits: Limits,
): void {
  const { stream, type, contentType, metadata, expected } = target;
  requireStreamName('append.stream', stream, limits);
  if (typeof type === 'string') requireTypeName('append.type', type, limits);
  const version = namedVersion(expected) ?? 0;
  if (!Number.isInteger(version) || version < 0) {
    throw invalidField('append.expected_version', 'must be a whole number, not negative');
  }
  // one version is left for the event
  requireWithin('append.expected_version', version, INT32_MAX - 1);
  requireContentType('append.content_type', contentType);
  requireWellFormed('append.metadata', metadata);
  const contentTypeBytes = textBytes(contentType);
  const metadataBytes = textBytes(metadata);
  requireWithin('append.metadata', metadataBytes, limits.metadataBytesMax, 'bytes');
  requireWithin('payload', payloadBytes, limits.payloadBytesMax, 'bytes');
  const bytes = payloadBytes + contentTypeBytes + metadataBytes;
  requireWithin('append', bytes, limits.appendBytesMax, 'bytes');
}
