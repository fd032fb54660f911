import { errors } from 'cassandra-driver';
import type { Components, LabelsOf } from '../../runtime/index.js';
import type { CqlSession, ReadLevel } from './cql-session.js';
import { isRefusal, StaleWriteError } from './errors.js';

type Kind = LabelsOf<'cassadra_cassandra_errors_total'>['kind'];
type Fault = LabelsOf<'cassadra_cassandra_errors_total'>['error'];

const READS = { read: 'read', serial: 'serial_read', feed: 'feed_read' } as const satisfies Record<
  ReadLevel,
  Kind
>;
const WRITES = { write: 'write', feed: 'feed_write' } as const;

/** Codes of the native protocol. */
const FAULTS: ReadonlyMap<number, Fault> = new Map([
  [0x1000, 'unavailable'],
  [0x1001, 'overloaded'],
  [0x1002, 'overloaded'],
  [0x1100, 'replica_timeout'],
  [0x1200, 'replica_timeout'],
  [0x1700, 'replica_timeout'],
]);

/** The same session; how long its requests take, and how they fail, is counted. */
export function measuredSession(
  session: CqlSession,
  { clock, metrics }: Pick<Components, 'clock' | 'metrics'>,
): CqlSession {
  const measured = async <Result>(kind: Kind, send: () => Promise<Result>): Promise<Result> => {
    const begunMs = clock.monotonicMs();
    try {
      return await send();
    } catch (error) {
      const fault = faultOf(error);
      if (fault !== undefined)
        metrics.add('cassadra_cassandra_errors_total', { kind, error: fault });
      throw error;
    } finally {
      const seconds = (clock.monotonicMs() - begunMs) / 1_000;
      metrics.observe('cassadra_cassandra_request_duration_seconds', { kind }, seconds);
    }
  };
  return {
    read: (statement, page) => measured(READS[page.level], () => session.read(statement, page)),
    write: (statements, level) => measured(WRITES[level], () => session.write(statements, level)),
    conditional: (statements, route) =>
      measured('lwt', () => session.conditional(statements, route)),
  };
}

/** Undefined: we held it back ourselves. */
function faultOf(error: unknown): Fault | undefined {
  if (error instanceof StaleWriteError) return undefined;
  if (error instanceof errors.OperationTimedOutError) return 'timeout';
  if (error instanceof errors.BusyConnectionError) return 'overloaded';
  if (error instanceof errors.NoHostAvailableError) {
    return errorsOfHosts(error).some(isTimeout) ? 'timeout' : 'no_host';
  }
  if (isRefusal(error)) return 'refused';
  if (error instanceof errors.ResponseError) return FAULTS.get(error.code) ?? 'other';
  return 'other';
}

function errorsOfHosts(error: errors.NoHostAvailableError): readonly unknown[] {
  const byHost: unknown = error.innerErrors;
  return typeof byHost === 'object' && byHost !== null ? Object.values(byHost) : [];
}

function isTimeout(error: unknown): boolean {
  return error instanceof errors.OperationTimedOutError;
}
