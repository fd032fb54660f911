import type { Authenticator } from '../../src/access/index.js';
import { createCallGate, type CallGate } from '../../src/calls/index.js';
import type { CallGateVariables, Components } from '../../src/runtime/index.js';

/** The gate of a program. `authenticator` undefined: everybody may do everything. */
export function callGateOf(
  variables: CallGateVariables,
  components: Components,
  authenticator?: Authenticator,
): CallGate {
  const settings = {
    callsMax: variables.CALLS_MAX,
    longCallsMax: variables.CALLS_LONG_MAX,
    requestBytesMax: variables.CALLS_BYTES_MAX,
    callsPerSecond: variables.CALLS_PER_SECOND,
    logged: variables.LOG_CALLS,
  };
  return createCallGate({ settings, components, authenticator });
}
