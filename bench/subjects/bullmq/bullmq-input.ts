/** What worker and producer need. */
export interface BullmqInput {
  readonly redisPort: number;
}

export const QUEUE = 'timers';

/** As the documentation asks for it, for workers and for producers of long life. */
export function connectionOf({ redisPort }: BullmqInput): {
  host: string;
  port: number;
  maxRetriesPerRequest: null;
} {
  return { host: '127.0.0.1', port: redisPort, maxRetriesPerRequest: null };
}
