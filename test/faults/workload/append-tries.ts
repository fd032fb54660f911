import {
  OutcomeUnknownError,
  StoreError,
  StoreUnavailableError,
  VersionConflictError,
  type Appended,
  type Expected as ClientExpected,
} from '../../../src/client/index.js';
import type { AppendEnd, Expected } from '../history/operation.js';
import { newEventsOf, updateOf, type PlannedAppend } from './planned-append.js';
import type { ServerClients } from './server-clients.js';
import type { WorkloadTools } from './workload-tools.js';

/** Which client of v1 makes the try: one that repeats it by itself, or one that does not. */
export type Manner = 'patient' | 'single';

/** The run is being ended. */
const CLOSED = 'CLIENT_CLOSED';

/** Tries an append once, or as long as the client does, and records how it ended. */
export async function tryAppend(
  tools: WorkloadTools,
  plan: PlannedAppend,
  clients: ServerClients,
  manner: Manner,
): Promise<AppendEnd> {
  const { api, stream } = plan;
  if (api === 'storegrpc') {
    return tried(tools, plan, clients, async () => {
      await clients.storegrpc.update(updateOf(plan));
      return undefined;
    });
  }
  const options = { expected: forClient(plan.expected) };
  return tried(tools, plan, clients, () =>
    clients[manner].append(stream.stream, newEventsOf(plan), options),
  );
}

/** Tries appends that do not wait for each other, on one connection. */
export async function tryMany(
  tools: WorkloadTools,
  plans: readonly PlannedAppend[],
  clients: ServerClients,
): Promise<readonly AppendEnd[]> {
  const pipeline = clients.patient.appendMany();
  const ends = plans.map((plan) =>
    tried(tools, plan, clients, () =>
      pipeline.append(plan.stream.stream, newEventsOf(plan), {
        expected: forClient(plan.expected),
      }),
    ),
  );
  const all = await Promise.all(ends);
  await pipeline.close();
  return all;
}

async function tried(
  tools: WorkloadTools,
  plan: PlannedAppend,
  { server }: ServerClients,
  work: () => Promise<Appended | undefined>,
): Promise<AppendEnd> {
  const invokedMs = tools.nowMs();
  const end = await work().then(
    (appended) => okOf(plan, appended),
    (error: unknown) => failedEnd(tools, plan, error),
  );
  const { append, api, stream, expected, types } = plan;
  const times = { invokedMs, endedMs: tools.nowMs(), server };
  const what = { kind: 'append', api, append, stream: stream.stream, expected, types } as const;
  tools.record({ ...what, ...times, ...(plan.hasIds ? {} : { idsOfServer: true }), end });
  if (end.kind === 'ok') tools.streams.heard(stream.stream, end.lastVersion);
  if (end.kind === 'conflict') tools.streams.heard(stream.stream, end.currentVersion ?? 0);
  return end;
}

/** storegrpc does not tell versions: they follow from the one that was expected. */
function okOf({ expected, types }: PlannedAppend, appended: Appended | undefined): AppendEnd {
  if (appended !== undefined) {
    const { firstVersion, lastVersion } = appended;
    return { kind: 'ok', firstVersion, lastVersion };
  }
  const before = expected.kind === 'exact' ? expected.version : 0;
  return { kind: 'ok', firstVersion: before + 1, lastVersion: before + types.length };
}

function failedEnd({ troubles }: WorkloadTools, plan: PlannedAppend, error: unknown): AppendEnd {
  const why = describeError(error);
  if (error instanceof VersionConflictError) {
    return { kind: 'conflict', currentVersion: error.currentVersion };
  }
  if (error instanceof OutcomeUnknownError) return { kind: 'unknown', why };
  if (error instanceof StoreUnavailableError) return { kind: 'refused', why };
  const reason = error instanceof StoreError ? error.reason : undefined;
  if (reason === CLOSED) return { kind: 'unknown', why };
  troubles.add(`append by ${plan.api}: ${why}`);
  // a fault of the server, or of ours: nobody knows
  if (reason === undefined || reason === 'INTERNAL') return { kind: 'unknown', why };
  return { kind: 'refused', why };
}

/** One line. */
export function describeError(error: unknown): string {
  if (error instanceof StoreError) return `${error.reason}: ${error.message}`.slice(0, 200);
  return (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, 400);
}

function forClient(expected: Expected): ClientExpected {
  return expected.kind === 'exact' ? expected.version : expected.kind;
}
