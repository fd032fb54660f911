/** The one payload of all events and timers: 256 bytes of JSON. */
export const PAYLOAD = JSON.stringify({ order: 'a7c4', note: 'x'.repeat(229) });

export const PAYLOAD_BYTES = Buffer.from(PAYLOAD, 'utf8');
