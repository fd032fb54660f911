import type { FastifyRequest } from 'fastify';
import type { CallGate } from '../../calls/index.js';
import { AppError } from '../../core/index.js';
import type { MetricsText } from '../../runtime/index.js';
import { originOf, OUTSIDE } from './gated-request.js';
import type { HttpRoutes } from './http-routes.js';

export interface MetricsParts {
  readonly metrics: MetricsText;
  /** Tells who asks: the roles `read` and `admin` may. Undefined: everybody may. */
  readonly gate: Pick<CallGate, 'identify'> | undefined;
}

/** `GET /metrics` in the text format of Prometheus. A scrape is no call: it passes no gate. */
export function metricsRoutes({ metrics, gate }: MetricsParts): HttpRoutes {
  return {
    register: (app) => {
      app.get('/metrics', OUTSIDE, async (request, reply) => {
        if (gate !== undefined) await requireReader(request, gate);
        return reply.type(metrics.contentType).send(await metrics.text());
      });
    },
  };
}

async function requireReader(
  request: FastifyRequest,
  gate: Pick<CallGate, 'identify'>,
): Promise<void> {
  const { roles } = await gate.identify(originOf(request));
  if (roles.has('read') || roles.has('admin')) return;
  const message = 'the caller lacks the role read or admin';
  throw new AppError('PERMISSION_DENIED', message, { missing: 'role' });
}
