import type { IncomingMessage } from 'node:http';

/** A call in two lines, for people. */
export function describeCall(request: IncomingMessage, body: string, nowMs: number): string {
  const of = (name: string): string => String(request.headers[`cassadra-${name}`] ?? '-');
  const lateMs = nowMs - Number(of('due-ms'));
  const late = Number.isNaN(lateMs) ? '' : `, ${lateMs} ms after it was due`;
  const who = `${of('application')}/${of('event-id')}, attempt ${of('attempt')}${late}`;
  return `${request.method ?? ''} ${request.url ?? ''} ${body}\n  ${who}\n`;
}
