/** A choice that this browser keeps; where it may keep nothing, it holds for the page. */
export const keptChoice = {
  read: (name: string): string | undefined => {
    try {
      return localStorage.getItem(name) ?? undefined;
    } catch {
      return undefined;
    }
  },
  keep: (name: string, choice: string): void => {
    try {
      localStorage.setItem(name, choice);
    } catch {
      // nothing is lost but the choice
    }
  },
};
