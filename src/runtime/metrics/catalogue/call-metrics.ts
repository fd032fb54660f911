import type { MetricSection } from '../metric-entry.js';

const TRANSPORTS = ['grpc', 'http'] as const;
const METHOD = 'the gRPC method, or the HTTP method and the route as it is registered';

/** Of every call, whatever its transport. */
export const CALL_METRICS = {
  cassadra_calls_total: {
    kind: 'counter',
    help: 'Calls that have ended, by the code of docs/errors.md, or OK.',
    labels: { transport: TRANSPORTS, method: METHOD, code: 'the codes of errors.md, and `OK`' },
  },
  cassadra_call_duration_seconds: {
    kind: 'histogram',
    help: 'How long unary calls took.',
    labels: { transport: TRANSPORTS, method: METHOD },
    buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  },
  cassadra_calls_open: {
    kind: 'gauge',
    help: 'Calls that are being answered, streams included.',
    labels: { transport: TRANSPORTS },
  },
} as const satisfies MetricSection;
