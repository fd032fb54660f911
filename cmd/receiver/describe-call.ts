import type { IncomingMessage } from 'node:http';

/** What would do something to a terminal. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A call in two lines, for people. */
export function describeCall(request: IncomingMessage, body: string, nowMs: number): string {
  const of = (name: string): string => String(request.headers[`cassadra-${name}`] ?? '-');
  const lateMs = nowMs - Number(of('due-ms'));
  const late = Number.isNaN(lateMs) ? '' : `, ${lateMs} ms after it was due`;
  const who = `${of('application')}/${of('event-id')}, attempt ${of('attempt')}${late}`;
  return `${request.method ?? ''} ${request.url ?? ''} ${body.replace(CONTROL, '�')}\n  ${who}\n`;
}
