import { Logger } from 'graphile-worker';

/** What worker and producer need. */
export interface GraphileInput {
  readonly databaseUrl: string;
}

export const TASK = 'timer';

/** It would print a line for each job. */
export const quietLogger = new Logger(() => (level, message) => {
  if (`${level}` === 'error') console.error('graphile-worker:', message);
});
