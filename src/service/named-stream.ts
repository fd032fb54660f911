import {
  requireStreamName,
  requireUuid,
  STREAM_NAMESPACE,
  streamRef,
  type Limits,
  type StreamRef,
} from '../core/index.js';
import type { Ids } from '../runtime/index.js';

/** The stream that a caller names. Throws for what may not name one. */
export function namedStream(stream: string, limits: Limits, ids: Ids): StreamRef {
  requireStreamName('stream', stream, limits);
  return streamRef(stream, (name) => requireUuid(ids.nameId(name, STREAM_NAMESPACE)));
}
