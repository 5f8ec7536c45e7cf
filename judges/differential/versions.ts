/** What an object's metadata says of who it is. */
interface Seen {
  readonly label: string;
  readonly version: number;
}

/**
 * Finds whose uids and resource versions are whose in the bodies of a scenario. Fills `names` with a name for each uid and
 * generated name, and returns how to name a version: `Pod/a@2` is the second that was seen of Pod a; a list's is named by
 * the newest version of an object that it can know: `>= Pod/a@2`. Versions from before the scenario are all alike.
 */
export function nameVersions(
  bodies: readonly unknown[],
  since: number,
  names: Map<string, string>,
): (value: string, isList: boolean) => string {
  const seen = new Map<string, Seen>();
  const labels = new Map<string, string>();
  const taken = new Map<string, number>();
  const exact = new Map<number, string>();
  const visit = (value: unknown, kind: string): void => {
    if (Array.isArray(value)) for (const one of value as unknown[]) visit(one, kind);
    if (value === null || typeof value !== 'object') return;
    const { metadata } = value as { readonly metadata?: Readonly<Record<string, unknown>> };
    const own =
      'kind' in value && typeof value.kind === 'string' && !value.kind.startsWith('PartialObject') ? value.kind : kind;
    if (metadata !== undefined && metadata !== null && typeof metadata === 'object') {
      const { name, generateName, uid, resourceVersion } = metadata;
      const isObject = !('items' in value || 'columnDefinitions' in value) && typeof name === 'string';
      if (
        isObject &&
        typeof generateName === 'string' &&
        name.startsWith(generateName) &&
        name.length > generateName.length &&
        !names.has(name)
      )
        names.set(name, `<name ${generateName}>`);
      if (isObject && typeof uid === 'string') {
        let label = labels.get(uid);
        if (label === undefined) {
          const first = `${own}/${names.get(name) ?? name}`;
          const times = (taken.get(first) ?? 0) + 1;
          taken.set(first, times);
          label = times === 1 ? first : `${first}#${times}`;
          labels.set(uid, label);
          names.set(uid, `<uid ${label}>`);
        }
        // The server renews its lease at times of its own choice.
        if (label.startsWith('Lease/apiserver-')) exact.set(Number(resourceVersion), '<older>');
        else if (typeof resourceVersion === 'string' && Number(resourceVersion) > since)
          seen.set(`${label} ${resourceVersion}`, { label, version: Number(resourceVersion) });
      }
    }
    const item = own.endsWith('List') ? own.slice(0, -4) : own;
    for (const [key, one] of Object.entries(value)) {
      if (key !== 'metadata' && one !== null && typeof one === 'object') visit(one, key === 'items' ? item : '');
    }
  };
  for (const body of bodies) visit(body, '');

  const order = [...seen.values()].toSorted((a, b) => a.version - b.version);
  const counts = new Map<string, number>();
  for (const { label, version } of order) {
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    if (!exact.has(version)) exact.set(version, `${label}@${count}`);
  }
  return (value, isList) => {
    if (!/^\d+$/.test(value) || value === '0') return value;
    const version = Number(value);
    if (!isList) return exact.get(version) ?? (version <= since ? '<older>' : '<rv>');
    let newest: string | undefined;
    for (const one of order) if (one.version <= version) newest = exact.get(one.version);
    return newest === undefined ? '<rv>' : `>= ${newest}`;
  };
}
