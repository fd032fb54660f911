import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { TestContext } from 'node:test';
import { z } from 'zod';

const attributes = z
  .array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) }))
  .transform((list) =>
    Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]])),
  );

const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(''),
  name: z.string(),
  kind: z.number(),
  attributes,
  status: z.object({ code: z.number().default(0), message: z.string().default('') }),
});

const request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

export interface SentSpan extends z.output<typeof span> {
  /** `service.name`. */
  readonly service: unknown;
}

export interface Collector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  /** In the order in which they came. */
  readonly spans: readonly SentSpan[];
  /** Path and headers of each request. */
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
}

/** How a collector answers; `nothing`: never. */
export type Answer = number | 'nothing';

/** Takes spans by OTLP in JSON, as OpenTelemetry's own collector does. */
export async function startCollector(t: TestContext, answer: Answer = 200): Promise<Collector> {
  const spans: SentSpan[] = [];
  const requests: Collector['requests'][number][] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      requests.push({ path: incoming.url ?? '', headers: incoming.headers });
      if (answer === 'nothing') return;
      if (answer === 200) spans.push(...spansOf(Buffer.concat(chunks).toString()));
      response.writeHead(answer, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, spans, requests };
}

function spansOf(body: string): SentSpan[] {
  return request
    .parse(JSON.parse(body))
    .resourceSpans.flatMap(({ resource, scopeSpans }) =>
      scopeSpans.flatMap((scope) =>
        scope.spans.map((one) => ({ ...one, service: resource.attributes['service.name'] })),
      ),
    );
}

/** The place in a trace that a header or metadata names. */
export function placeOf(traceparent: unknown): {
  readonly traceId: string;
  readonly spanId: string;
} {
  const [, traceId = '', spanId = ''] = String(traceparent).split('-');
  return { traceId, spanId };
}
