import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { projectDirectory } from '../../src/runtime/index.js';
import { browser } from './chromium.js';
import { LAYOUT_PROBLEMS } from './layout-script.js';

/** Where the pictures go that the tests make. */
export const SHOTS =
  process.env['CONSOLE_SHOTS'] ?? join(projectDirectory(), 'dist', 'console-shots');

/** Those that the README shows: WRITE_DOCS=1 makes them anew. */
const IMAGES = join(projectDirectory(), 'docs', 'images');
const SHOWN = ['embedded-overview-1440', 'embedded-stream-1440'];

/** Of a phone, a tablet, and a desk. */
export const WIDTHS_PX = [360, 768, 1440] as const;
const HEIGHT_PX = 900;

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeFinding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** A tab with the console. It notes what the browser complains of. */
export class ConsolePage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly #base: string;
  readonly #complaints: string[] = [];

  private constructor(context: BrowserContext, page: Page, base: string) {
    this.context = context;
    this.page = page;
    this.#base = base;
    page.on('console', (message) => {
      if (message.type() === 'error') this.#complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.#complaints.push(String(error)));
  }

  static async open(t: TestContext, httpPort: number): Promise<ConsolePage> {
    const context = await (await browser()).newContext({
      viewport: { width: 1440, height: HEIGHT_PX },
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
    });
    t.after(() => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    return new ConsolePage(context, page, `http://127.0.0.1:${httpPort}`);
  }

  async goTo(path: string): Promise<void> {
    await this.page.goto(`${this.#base}/console${path}`);
    await this.shows(this.page.locator('h1'));
  }

  /** Waits until a text is to be seen. */
  async sees(text: string | RegExp): Promise<void> {
    await this.shows(this.page.getByText(text));
  }

  /** Keeps a picture of what is there instead. */
  async shows(locator: Locator): Promise<void> {
    try {
      await locator.first().waitFor();
    } catch (error) {
      await this.shot('failure');
      throw error;
    }
  }

  /** What the browser complained of since it was last asked. */
  complaints(): string[] {
    return this.#complaints.splice(0);
  }

  /**
   * Nothing overlaps at any width, and no serious finding of axe, in both schemes; a picture of
   * each width is kept.
   */
  async isSound(name: string): Promise<void> {
    for (const width of WIDTHS_PX) {
      await this.page.setViewportSize({ width, height: HEIGHT_PX });
      await this.shot(`${name}-${String(width)}`);
      const problems = await this.page.evaluate<string[]>(LAYOUT_PROBLEMS);
      assert.deepEqual(problems, [], `${name} at ${String(width)} px`);
    }
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme });
      assert.deepEqual(await this.#findings(), [], `axe on ${name}, ${colorScheme}`);
    }
    await this.shot(`${name}-dark`);
    await this.page.emulateMedia({ colorScheme: 'light' });
    assert.deepEqual(this.complaints(), [], `complaints of the browser on ${name}`);
  }

  async shot(name: string): Promise<void> {
    const folder = SHOWN.includes(name) && process.env['WRITE_DOCS'] === '1' ? IMAGES : SHOTS;
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  }

  async #findings(): Promise<string[]> {
    await this.page.evaluate(AXE);
    const { violations } = await this.page.evaluate<{ violations: AxeFinding[] }>(
      'axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] })',
    );
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  }
}
