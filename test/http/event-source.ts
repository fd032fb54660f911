/** An event as an EventSource dispatches it. */
export interface ServerSentEvent {
  readonly type: string;
  readonly lastEventId: string;
  readonly data: unknown;
}

/** What an EventSource makes of a text, by the rules of the HTML standard. Data is JSON here. */
export interface EventSourceView {
  readonly events: readonly ServerSentEvent[];
  readonly comments: number;
  readonly retryMs: number | undefined;
}

export function readEventStream(text: string): EventSourceView {
  const events: ServerSentEvent[] = [];
  let comments = 0;
  let retryMs: number | undefined;
  let lastEventId = '';
  let type = '';
  let data: string[] = [];
  const fields: Record<string, (value: string) => void> = {
    event: (value) => (type = value),
    data: (value) => data.push(value),
    id: (value) => (lastEventId = value.includes('\0') ? lastEventId : value),
    retry: (value) => (retryMs = /^\d+$/.test(value) ? Number(value) : retryMs),
    '': () => (comments += 1),
  };
  // what stands behind the last line break is not a line yet
  for (const line of text.split(/\r\n|\n|\r/).slice(0, -1)) {
    if (line !== '') {
      const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      fields[name]?.(value);
      continue;
    }
    if (data.length > 0) {
      events.push({ type: type || 'message', lastEventId, data: JSON.parse(data.join('\n')) });
    }
    type = '';
    data = [];
  }
  return { events, comments, retryMs };
}
