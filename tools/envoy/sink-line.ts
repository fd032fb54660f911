/** A line of the sink's log as a person reads it; undefined: it tells of no call. */
export function describeSinkLine(line: string): string | undefined {
  const fields = fieldsOf(line);
  if (fields.get('msg') !== 'call') return undefined;
  const [method, id] = [fields.get('method'), fields.get('id')];
  switch (method) {
    case 'Update':
      return `Update ${id} at version ${fields.get('version')}, types ${fields.get('types')}`;
    case 'FindByType':
      return `FindByType ${fields.get('type')} since ${fields.get('since')}`;
    default:
      return `${method} ${id}`;
  }
}

function fieldsOf(line: string): ReadonlyMap<string, string> {
  try {
    const parsed: unknown = JSON.parse(line);
    const known = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
    return new Map(known.map(([name, value]) => [name, String(value)]));
  } catch {
    // what a program prints for people
    return new Map();
  }
}
