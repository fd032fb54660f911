import { ANYBODY, SILENT_AUDIT, type CallAccess } from '../../src/access/index.js';
import {
  createCallGate,
  DEFAULT_CALL_GATE_SETTINGS,
  type CallGate,
} from '../../src/calls/index.js';
import type { Components, TraceContext } from '../../src/runtime/index.js';

/** A gate that lets everybody in. */
export function openGate(components: Components): CallGate {
  return createCallGate({ settings: DEFAULT_CALL_GATE_SETTINGS, components });
}

/** A call of everybody, from inside the process. */
export function anybodysCall(
  signal: AbortSignal,
): CallAccess & { readonly signal: AbortSignal; readonly trace: TraceContext | undefined } {
  return { signal, caller: ANYBODY, audit: SILENT_AUDIT, trace: undefined };
}
