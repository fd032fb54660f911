import { runGhz } from '../../load/ghz.js';
import { PAYLOAD } from '../../load/payload.js';
import { bytesField, numberField } from '../../load/wire-bytes.js';
import type { LoadResult } from '../../model/load-result.js';
import type { AppendWorkload } from '../../model/workload.js';
import { inCheckout } from '../cassadra/in-checkout.js';
import { readyRequests, SAMPLE_ID } from '../native/ready-requests.js';

/** Of all events that are not read by type. */
export const ORDER_TYPE = 1;

/** Far more than comes from Cassandra on one machine. */
const EVENTS_PER_SECOND_MAX = 80_000;

const EVENT = Buffer.concat([numberField(1, ORDER_TYPE), bytesField(2, PAYLOAD)]);

/**
 * Appends to new streams by ghz, with `Update` of storegrpc at version 0: the very same calls for
 * the original server and for Cassadra, which speaks its API.
 */
export function storegrpcAppendNew(
  address: string,
  { clients, batch }: Pick<AppendWorkload, 'clients' | 'batch'>,
  seconds: number,
): Promise<LoadResult> {
  const ready = { batch, seconds, eventsPerSecondMax: EVENTS_PER_SECOND_MAX };
  return runGhz({
    address,
    protoFiles: [inCheckout('bench/subjects/original/storegrpc-load.proto')],
    method: 'storegrpc.EventStoreService.Update',
    clients,
    seconds,
    data: readyRequests(newStream(batch), ready) ?? newStreamTemplate(batch),
    eventsPerCall: batch,
  });
}

/** An UpdateRequest in the form of the wire. Version 0 is what stands there when nothing does. */
function newStream(batch: number): Buffer {
  const events = Array.from({ length: batch }, () => bytesField(3, EVENT));
  return Buffer.concat([bytesField(1, SAMPLE_ID), ...events]);
}

/** The same as a template of ghz. */
function newStreamTemplate(batch: number): string {
  const event = EVENT.toString('base64');
  return JSON.stringify({ id: '{{.UUID}}', events: Array.from({ length: batch }, () => event) });
}
