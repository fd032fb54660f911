import type { Client } from 'cassandra-driver';
import type { Logger } from '../../runtime/index.js';

type Refresh = (hosts?: unknown) => Promise<void>;

interface ControlConnection {
  _refresh: Refresh;
}

function isControlConnection(value: unknown): value is ControlConnection {
  return (
    typeof value === 'object' &&
    value !== null &&
    '_refresh' in value &&
    typeof value._refresh === 'function'
  );
}

/**
 * Driver 4.10.0 may run two reconnections of its control connection at once when links are cut in
 * quick succession; one then fails on what the other has reset, and nobody handles its rejection,
 * which would end the process. The other goes on, so the loser need only be logged.
 */
export function guardControlConnection(client: Client, logger: Logger): void {
  const control: unknown = Reflect.get(client, 'controlConnection');
  if (!isControlConnection(control)) return;
  const refresh = control._refresh.bind(control);
  control._refresh = (hosts) =>
    refresh(hosts).catch((error: unknown) => {
      logger.warn({ error: String(error) }, 'a reconnection of the driver gave way to another');
    });
}
