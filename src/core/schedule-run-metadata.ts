import { decodeMetadata, encodeMetadata } from './metadata.js';
import type { RunOrigin } from './timed-event.js';

/**
 * The metadata of an event that a run appends: what its schedule says, and which run it is. The
 * schedule's own keys win. JSON text as `encodeMetadata` makes it.
 */
export function withRunMetadata(metadata: string | undefined, run: RunOrigin): string {
  const said = new Map([
    ['cassadra-schedule-id', run.scheduleId],
    ['cassadra-nominal-ms', String(run.nominalMs)],
    ['cassadra-run-cause', run.cause],
    ...decodeMetadata(metadata),
  ]);
  return encodeMetadata(said) ?? '{}';
}
