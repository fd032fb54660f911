/** The text with `body` in the place that a document keeps for it between two comments. */
export function inMarkedPlace(text: string, name: string, body: string): string {
  const place = new RegExp(`(<!-- ${name}: begin -->\n)[^]*?(<!-- ${name}: end -->)`, 'u');
  return text.replace(place, (_, begin: string, end: string) => `${begin}\n${body}\n\n${end}`);
}
