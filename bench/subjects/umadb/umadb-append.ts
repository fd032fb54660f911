import { runGhz, type GhzCall } from '../../load/ghz.js';
import type { LoadResult } from '../../model/load-result.js';
import type { AppendWorkload } from '../../model/workload.js';
import { inCheckout } from '../cassadra/in-checkout.js';
import { existingStreams, newOneStream } from '../store-library/streams.js';
import { newStreamRequests, newStreamTemplate, requestTo } from './umadb-requests.js';

/**
 * Appends by ghz. A stream is a tag. One that is to be new: the append fails if there are events
 * with the tag. Of the others nothing is expected.
 */
export function umadbAppend(
  { address, proto }: { readonly address: string; readonly proto: string },
  workload: AppendWorkload,
  seconds: number,
): Promise<LoadResult> {
  const { clients, batch } = workload;
  return runGhz({
    ...{ address, method: 'umadb.v1.DCB.Append', clients, seconds },
    ...requestsOf(workload, seconds, proto),
    eventsPerCall: batch,
  });
}

function requestsOf(
  { streams, batch }: AppendWorkload,
  seconds: number,
  proto: string,
): Pick<GhzCall, 'protoFiles' | 'data'> {
  const protoFiles = [inCheckout('bench/subjects/umadb/umadb-append-load.proto')] as const;
  if (streams === 'new') {
    const data = newStreamRequests(batch, seconds);
    // they cost ghz the least, but for a long run there would be too many of them
    if (data === undefined) return { protoFiles: [proto], data: newStreamTemplate(batch) };
    return { protoFiles, data };
  }
  const names = streams === 'one' ? [newOneStream()] : existingStreams;
  return { protoFiles, data: names.map((name) => requestTo(name, batch)) };
}
