/** As `fetch` has them, as `node:http` has them, or names and values; the case is all the same. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** The value of a header; undefined when it is missing, empty, or there more than once. */
export function headerOf(headers: WebhookHeaders, name: string): string | undefined {
  const values = isGetter(headers) ? [headers.get(name) ?? ''] : valuesOf(headers, name);
  const [value = ''] = values;
  return values.length === 1 && value !== '' ? value : undefined;
}

type Getter = Extract<WebhookHeaders, { get(name: string): string | null }>;

function isGetter(headers: WebhookHeaders): headers is Getter {
  return typeof headers['get'] === 'function';
}

function valuesOf(headers: Exclude<WebhookHeaders, Getter>, name: string): readonly string[] {
  return Object.entries(headers)
    .filter(([key]) => key.toLowerCase() === name)
    .flatMap(([, value]) => value ?? []);
}
