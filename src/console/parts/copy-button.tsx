import type { JSX } from 'preact';
import { useConsole } from '../app/console-context.js';

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, as in "the payload". */
  readonly what: string;
}

/** Puts a text into the clipboard, also where the page is not served over TLS. */
export function CopyButton({ text, what }: CopyButtonProps): JSX.Element {
  const { say } = useConsole();
  const copy = async (): Promise<void> => {
    const done = await copied(text);
    say(done ? `Copied ${what}.` : 'The browser does not let this page copy: select the text.');
  };
  return (
    <button type="button" class="plain copy" onClick={() => void copy()} title={`Copy ${what}`}>
      Copy<span class="unseen"> {what}</span>
    </button>
  );
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedBySelection(text);
  }
}

/** Browsers have a clipboard for pages of TLS and of this machine only. */
function copiedBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'unseen';
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
}
