import { z } from 'zod';
import { oneOf } from './setting-kinds.js';

/** Of servers: who is told how they are. */
export const metricsSettings = z.object({
  METRICS: oneOf(
    ['callers', 'open', 'closed'],
    'callers',
    'Who may read `/metrics` (HTTP): callers with the role `read` or `admin`, which is everybody ' +
      'where no authentication is set up; everybody (`open`); nobody, then nothing is counted.',
  ),
});
