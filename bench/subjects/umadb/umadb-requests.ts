import { PAYLOAD } from '../../load/payload.js';
import { bytesField } from '../../load/wire-bytes.js';
import { readyRequests, SAMPLE_ID } from '../native/ready-requests.js';
import { EVENT_TYPE } from '../store-library/store-library.js';

/** It takes half of that in large batches on two cores. */
const EVENTS_PER_SECOND_MAX = 200_000;

/** An AppendRequest in the form of the wire, to a stream of which nothing is expected. */
export function requestTo(stream: string, batch: number): Buffer {
  const parts = [bytesField(1, EVENT_TYPE), bytesField(2, stream), bytesField(3, PAYLOAD)];
  const event = bytesField(1, Buffer.concat(parts));
  return Buffer.concat(Array.from({ length: batch }, () => event));
}

/** An AppendRequest to a new stream, with SAMPLE_ID in its name: it fails if that has events. */
export function requestToNew(batch: number): Buffer {
  const stream = `new-${SAMPLE_ID}`;
  return Buffer.concat([requestTo(stream, batch), newCondition(stream)]);
}

/**
 * Requests to new streams, each another one, enough for a run of so many seconds; undefined when
 * those would be too many.
 */
export function newStreamRequests(batch: number, seconds: number): Buffer[] | undefined {
  const eventsPerSecondMax = EVENTS_PER_SECOND_MAX;
  return readyRequests(requestToNew(batch), { batch, seconds, eventsPerSecondMax });
}

/** The same as a template of ghz, for UmaDB's own proto file. */
export function newStreamTemplate(batch: number): string {
  const tags = ['new-{{.UUID}}'];
  const event = { event_type: EVENT_TYPE, tags, data: Buffer.from(PAYLOAD).toString('base64') };
  return JSON.stringify({
    events: Array.from({ length: batch }, () => event),
    condition: { fail_if_events_match: { items: [{ tags }] } },
  });
}

function newCondition(tag: string): Buffer {
  const query = bytesField(1, bytesField(2, tag));
  return bytesField(2, bytesField(1, query));
}
