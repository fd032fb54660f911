import { typeText, type RecordedEvent } from '../../api/events.js';

/**
 * Which events hold a text: everywhere, whatever its case. Each is looked through once for a text:
 * payloads may be large, and what is shown is drawn many times a second.
 */
export class TextSearch {
  #wanted = '';
  #known = new WeakMap<RecordedEvent, boolean>();

  /** Those that hold it; all of them when it is empty. */
  in(events: readonly RecordedEvent[], text: string): readonly RecordedEvent[] {
    return text.trim() === '' ? events : events.filter((event) => this.holds(event, text));
  }

  /** Nothing holds an empty text. */
  holds(event: RecordedEvent, text: string): boolean {
    const wanted = text.trim().toLowerCase();
    if (wanted === '') return false;
    if (wanted !== this.#wanted) {
      this.#wanted = wanted;
      this.#known = new WeakMap();
    }
    const known = this.#known.get(event);
    if (known !== undefined) return known;
    const found = textsOf(event).some((one) => one.toLowerCase().includes(wanted));
    this.#known.set(event, found);
    return found;
  }
}

function textsOf(event: RecordedEvent): readonly string[] {
  const { stream, eventId, content, metadata } = event;
  const payload = content.kind === 'json' ? content.text : '';
  return [typeText(event), stream, eventId, payload, ...Object.values(metadata)];
}
