/** Whether Docker sends a file (its path from the folder that is built) to the build. */
export type ContextFilter = (path: string) => boolean;

/** Reads a .dockerignore: the last pattern that matches a path, or a folder above it, decides. */
export function parseDockerIgnore(text: string): ContextFilter {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const allows = line.startsWith('!');
      return { allows, pattern: patternOf(allows ? line.slice(1) : line) };
    });
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.allows ?? true;
}

function patternOf(glob: string): RegExp {
  if (!/^[\w./*-]+$/.test(glob)) throw new Error(`a pattern that is not understood: ${glob}`);
  const source = glob.replaceAll('.', '\\.').replace(/\*\*\/|\*\*|\*/g, (stars) => {
    if (stars === '**/') return '(?:.*/)?';
    return stars === '**' ? '.*' : '[^/]*';
  });
  return new RegExp(`^${source}(?:/.*)?$`);
}
