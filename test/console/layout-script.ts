/**
 * Run in a page: names what overlaps, what is cut off at the side, and what is too small to touch.
 * A text, since the tests' code is not compiled for browsers.
 */
export const LAYOUT_PROBLEMS = String.raw`(() => {
  const problems = [];
  const nameOf = (element) =>
    (element.tagName + ' ' + (element.innerText || element.ariaLabel || element.id)).slice(0, 60);
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth + 1) {
    problems.push('wider than the window: ' + root.scrollWidth + ' > ' + root.clientWidth);
  }
  const isShown = (element) => {
    if (element.closest('.unseen, .skip, .said, .u-legend') !== null) return false;
    for (let box = element; box !== null; box = box.parentElement) {
      if (getComputedStyle(box).clipPath !== 'none') return false;
    }
    const style = getComputedStyle(element);
    if (style.visibility === 'hidden' || style.display === 'none') return false;
    return element.checkVisibility();
  };
  // what is scrolled out of a box is not to be seen
  const shownPart = (element, rect) => {
    let { left, top, right, bottom } = rect;
    for (let box = element.parentElement; box !== null; box = box.parentElement) {
      if (getComputedStyle(box).overflow === 'visible') continue;
      const outer = box.getBoundingClientRect();
      left = Math.max(left, outer.left);
      top = Math.max(top, outer.top);
      right = Math.min(right, outer.right);
      bottom = Math.min(bottom, outer.bottom);
    }
    return right - left > 1 && bottom - top > 1 ? { left, top, right, bottom } : undefined;
  };
  const modal = document.querySelector('dialog[open]');
  const within = modal === null ? document : modal;
  const wanted =
    'a, button, input, textarea, select, h1, h2, h3, label, dt, dd, th, td, time, strong, code, summary';
  const parts = [...within.querySelectorAll(wanted)]
    .filter(isShown)
    // a text of several lines has a box for each
    .flatMap((element) =>
      [...element.getClientRects()].map((rect) => ({ element, rect: shownPart(element, rect) })),
    )
    .filter(({ rect }) => rect !== undefined);
  for (const [index, one] of parts.entries()) {
    for (const other of parts.slice(index + 1)) {
      if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
      const [a, b] = [one.rect, other.rect];
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 2 && down > 2) {
        problems.push(nameOf(one.element) + ' overlaps ' + nameOf(other.element));
      }
    }
  }
  for (const { element, rect } of parts) {
    const card = element.closest('.card');
    if (card !== null && rect.right > card.getBoundingClientRect().right + 1) {
      problems.push(nameOf(element) + ' sticks out of its card');
    }
    const isButton = element.tagName === 'BUTTON';
    if (isButton && (rect.bottom - rect.top < 24 || rect.right - rect.left < 24)) {
      problems.push(nameOf(element) + ' is too small to touch');
    }
  }
  return problems.slice(0, 20);
})()`;
