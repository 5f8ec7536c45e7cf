type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** What tells of the way and not of where it led. */
const WAY = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'observedGeneration',
  'endpoints.kubernetes.io/last-change-trigger-time',
]);
/** Lists whose order is that in which several parts happened to write. */
const SETS = new Set(['conditions', 'taints', 'ownerReferences', 'finalizers', 'endpoints', 'addresses', 'subsets']);

/**
 * What several controllers have made in the end: without versions and managers, with hashes of templates by the revision
 * that they stand for, and with lists whose order is nobody's in one.
 */
export function settled(bodies: readonly unknown[]): readonly unknown[] {
  let text = JSON.stringify(bodies);
  for (const [hash, name] of hashesOf(bodies)) text = text.replaceAll(hash, name);
  return (JSON.parse(text) as readonly unknown[]).map((body) => bare(body, ''));
}

/** Lists by what their items say, for names may be made up; of those with made up names none is the first. */
export function sortedItems(body: unknown): unknown {
  const alike = JSON.parse(JSON.stringify(body).replaceAll(/(<uid \w+\/<name [^>]*>)#\d+>/g, '$1>')) as unknown;
  return isObject(alike) && Array.isArray(alike['items']) ? { ...alike, items: sorted(alike['items']) } : alike;
}

function bare(value: unknown, key: string): unknown {
  if (Array.isArray(value)) {
    const items = value.map((one) => bare(one, ''));
    return SETS.has(key) ? sorted(items) : items;
  }
  if (!isObject(value)) return value;
  const fields = Object.entries(value)
    .filter(([name]) => !WAY.has(name))
    .map(([name, one]) => [name, bare(one, name)] as const);
  return Object.fromEntries(fields.filter(([name, one]) => name !== 'annotations' || !isEmpty(one)));
}

const isEmpty = (value: unknown): boolean => isObject(value) && Object.keys(value).length === 0;

const sorted = (items: readonly unknown[]): readonly unknown[] =>
  items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** Hashes of templates, which need not be the original's, by the first revision that had them. */
function hashesOf(bodies: readonly unknown[]): ReadonlyMap<string, string> {
  const first = new Map<string, number>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value as readonly unknown[]) visit(one);
    if (!isObject(value)) return;
    const [hash, revisions] = revisionsOf(value);
    if (hash !== undefined && revisions.length > 0)
      first.set(hash, Math.min(...revisions, first.get(hash) ?? Infinity));
    for (const one of Object.values(value)) visit(one);
  };
  visit(bodies);
  return new Map([...first].map(([hash, revision]) => [hash, `hash${revision}`]));
}

/** The hash that a ReplicaSet or a ControllerRevision is known by, and its revisions. */
function revisionsOf({
  metadata,
  revision,
}: Fields): readonly [hash: string | undefined, revisions: readonly number[]] {
  const { labels, annotations } = isObject(metadata) ? metadata : {};
  const { 'pod-template-hash': ofSet, 'controller.kubernetes.io/hash': own } = isObject(labels) ? labels : {};
  if (typeof own === 'string' && typeof revision === 'number') return [own, [revision]];
  if (typeof ofSet !== 'string' || !isObject(annotations)) return [undefined, []];
  const known = ['revision', 'revision-history'].flatMap((name) =>
    String(annotations[`deployment.kubernetes.io/${name}`] ?? '').split(','),
  );
  return [ofSet, known.filter((one) => one !== '').map(Number)];
}
