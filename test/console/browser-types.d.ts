// Playwright’s declarations name these types of a browser. Tests run in Node and have none.
type Node = object;
type HTMLElement = object;
type SVGElement = object;
type HTMLElementTagNameMap = Record<never, never>;
