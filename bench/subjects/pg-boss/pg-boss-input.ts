/** What worker and producer need. */
export interface PgBossInput {
  readonly databaseUrl: string;
}

export const QUEUE = 'timers';
