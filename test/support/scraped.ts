import type { MetricsText } from '../../src/runtime/index.js';

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-z_]+)="((?:[^"\\]|\\.)*)"/g;

export interface ScrapedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What one scrape has shown. */
export class Scraped {
  readonly samples: readonly ScrapedSample[];
  /** By the name of the metric, as its TYPE line has it. */
  readonly kinds: ReadonlyMap<string, string>;

  /** Throws for a line that is none of the text format. */
  constructor(text: string) {
    const lines = text.split('\n').filter((line) => line !== '');
    const types = lines.flatMap((line) => {
      const [, name, kind] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
      return name === undefined || kind === undefined ? [] : [[name, kind] as const];
    });
    this.kinds = new Map(types);
    this.samples = lines.filter((line) => !line.startsWith('#')).map(sampleOf);
  }

  /** The sum of all series of the name that have these labels; undefined: there is none. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    const wanted = Object.entries(labels);
    const found = this.samples.filter(
      (sample) =>
        sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value),
    );
    if (found.length === 0) return undefined;
    return found.reduce((sum, { value }) => sum + value, 0);
  }
}

export async function scraped(metrics: MetricsText): Promise<Scraped> {
  return new Scraped(await metrics.text());
}

function sampleOf(line: string): ScrapedSample {
  const [, name, labels = '', value] = LINE.exec(line) ?? [];
  if (name === undefined || value === undefined) throw new TypeError(`no sample: ${line}`);
  const pairs = [...labels.matchAll(LABEL)].map(
    ([, label = '', text = '']) => [label, text] as const,
  );
  return {
    name,
    labels: Object.fromEntries(pairs),
    value: Number(value.replace('+Inf', 'Infinity')),
  };
}
