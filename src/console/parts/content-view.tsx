import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { EventContent } from '../api/events.js';
import { CopyButton } from './copy-button.js';
import { bytesOf, hexDump } from './hex-dump.js';
import { indentJson } from './indent-json.js';

/** More is shown when asked for: the browser would lay all of it out. */
const SHOWN_CHARACTERS_MAX = 100_000;

interface ContentViewProps {
  readonly content: EventContent;
  /** As in "payload". */
  readonly what: string;
}

/** JSON indented or raw, bytes as hex: always as text. */
export function ContentView({ content, what }: ContentViewProps): JSX.Element {
  const [raw, setRaw] = useState(false);
  const [whole, setWhole] = useState(false);
  const shown = useMemo(() => textOf(content, raw), [content, raw]);
  const cut = !whole && shown.length > SHOWN_CHARACTERS_MAX;
  const original = content.kind === 'json' ? content.text : content.base64;
  return (
    <div class="content">
      <div class="bar">
        <button type="button" class="plain" aria-pressed={raw} onClick={() => setRaw(!raw)}>
          Raw
        </button>
        <CopyButton
          text={original}
          what={`the ${what}${content.kind === 'bytes' ? ' as base64' : ''}`}
        />
      </div>
      <pre tabIndex={0} aria-label={what}>
        <code>{cut ? shown.slice(0, SHOWN_CHARACTERS_MAX) : shown}</code>
      </pre>
      {cut && (
        <button type="button" onClick={() => setWhole(true)}>
          Show all {shown.length.toLocaleString()} characters
        </button>
      )}
    </div>
  );
}

function textOf(content: EventContent, raw: boolean): string {
  if (content.kind === 'bytes') {
    if (content.base64 === '') return '(no bytes)';
    return raw ? content.base64 : hexDump(bytesOf(content.base64));
  }
  if (content.text === '') return '(empty)';
  return raw ? content.text : (indentJson(content.text) ?? content.text);
}
