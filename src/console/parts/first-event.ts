/** Appends an event to this server, for who has none yet. */
export const FIRST_EVENT = `curl -X POST ${globalThis.location.origin}/v1/streams/order-1/events \\
  -d '{"events":[{"type":"OrderPlaced","json":"{\\"total\\":42}"}]}'`;
