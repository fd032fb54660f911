const BYTES_A_LINE = 16;

/** Bytes as `0000  48 65 …  He…`, a line for each sixteen. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
    const part = [...bytes.subarray(at, at + BYTES_A_LINE)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = part.map((byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
    );
    const place = at.toString(16).padStart(4, '0');
    lines.push(`${place}  ${hex.padEnd(BYTES_A_LINE * 3 - 1)}  ${text.join('')}`);
  }
  return lines.join('\n');
}

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
