/** One or several, as a list. */
export function asList<Item>(given: Item | readonly Item[]): readonly Item[] {
  return isList(given) ? given : [given];
}

function isList<Item>(given: Item | readonly Item[]): given is readonly Item[] {
  return Array.isArray(given);
}
