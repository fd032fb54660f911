/** Head and body of a request as a receiver of these tests has it. */
export interface ReceivedRequest {
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** `text`: bytes as Latin-1. */
export function parseRequest(text: string): ReceivedRequest {
  const end = text.indexOf('\r\n\r\n');
  const [, ...lines] = text.slice(0, end).split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 2)] as const;
  });
  return { headers: Object.fromEntries(headers), body: Buffer.from(text.slice(end + 4), 'latin1') };
}
