export * from './call-gate.js';
export { certificateOf } from './client-certificate.js';
export { ConnectionLimit, LASTING_CONNECTIONS_PER_SECOND } from './connection-limit.js';
export {
  createCallGate,
  DEFAULT_CALL_GATE_SETTINGS,
  type CallGateParts,
  type CallGateSettings,
} from './create-call-gate.js';
