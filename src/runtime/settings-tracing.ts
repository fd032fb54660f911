import { z } from 'zod';
import { noted, oneOf, optionalText, yesOrNo } from './setting-kinds.js';

const SAMPLERS = [
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
  'always_on',
  'always_off',
  'traceidratio',
] as const;

function endpoint(reason: string) {
  const isHttp = (text: string): boolean =>
    URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  return noted(z.string().refine(isHttp).optional(), { allowed: 'a URL of http or https', reason });
}

type Pairs = Readonly<Record<string, string>>;

/** `key=value,key=value`, percent-encoded. */
function pairs(note: { readonly reason: string; readonly secret?: boolean }) {
  const schema = z.string().transform((text, context): Pairs => {
    const parts = text.split(',').filter((part) => part.trim() !== '');
    const found = parts.map((part) => /^\s*([^\s=]+)\s*=(.*)$/.exec(part));
    try {
      const entries = found.map((match) => {
        const [, key = '', value = ''] = match ?? [];
        if (key === '') throw new TypeError('no key');
        return [decodeURIComponent(key), decodeURIComponent(value.trim())] as const;
      });
      return Object.fromEntries(entries);
    } catch {
      context.addIssue('no pairs');
      return z.NEVER;
    }
  });
  return noted(schema.optional(), {
    allowed: '`key=value` pairs with `,` between them, percent-encoded',
    ...note,
  });
}

/** Of the servers, by the names that OpenTelemetry gives them. */
export const tracingSettings = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint(
    'Where traces go: a collector, by OTLP over HTTP (`/v1/traces` is added). Not set: nowhere.',
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint('The same as a whole URL; it goes first.'),
  OTEL_EXPORTER_OTLP_HEADERS: pairs({
    reason: 'Headers for the collector, for example its token.',
    secret: true,
  }),
  OTEL_EXPORTER_OTLP_PROTOCOL: oneOf(
    ['http/json', 'http/protobuf'],
    'http/json',
    'JSON is sent either way: collectors take both on one port. There is no gRPC.',
  ),
  OTEL_SERVICE_NAME: optionalText({
    reason: 'The name of this service in traces.',
    defaultText: '`service.name` of the resource attributes, else `cassadra`',
  }),
  OTEL_RESOURCE_ATTRIBUTES: pairs({ reason: 'What all spans of this server carry.' }),
  OTEL_TRACES_SAMPLER: oneOf(
    SAMPLERS,
    'parentbased_always_on',
    'Which traces are recorded: those with `parentbased_` do as the caller did.',
  ),
  OTEL_TRACES_SAMPLER_ARG: noted(
    z
      .string()
      .regex(/^\d*\.?\d+$/)
      .transform(Number)
      .pipe(z.number().min(0).max(1))
      .default(1),
    { allowed: 'a number from 0 to 1', reason: 'The part that `traceidratio` records.' },
  ),
  OTEL_SDK_DISABLED: yesOrNo(false, '`true`: nothing is traced, whatever else is set.'),
});

export type TracingVariables = z.output<typeof tracingSettings> & {
  readonly SHUTDOWN_GRACE_MS: number;
};
