/** One field in which two answers differ; `undefined` where a side lacks it. */
export interface Difference {
  /** `status`, `headers.warning`, `body.items[web].spec.replicas`. */
  readonly path: string;
  readonly theirs: unknown;
  readonly ours: unknown;
}

/** Compares field by field, the order of fields and of list items too. Empty where both say the same. */
export function differences(theirs: unknown, ours: unknown): readonly Difference[] {
  const found: Difference[] = [];
  compare(theirs, ours, '', found);
  return found;
}

function compare(theirs: unknown, ours: unknown, path: string, found: Difference[]): void {
  if (Object.is(theirs, ours)) return;
  if (typeof theirs === 'string' && typeof ours === 'string' && sameEcho(theirs, ours)) return;
  if (Array.isArray(theirs) && Array.isArray(ours)) return compareLists(theirs, ours, path, found);
  if (isObject(theirs) && isObject(ours)) return compareObjects(theirs, ours, path, found);
  found.push({ path, theirs, ours });
}

function compareObjects(
  theirs: Readonly<Record<string, unknown>>,
  ours: Readonly<Record<string, unknown>>,
  path: string,
  found: Difference[],
): void {
  const common = Object.keys(theirs).filter((key) => Object.hasOwn(ours, key));
  const order = Object.keys(ours).filter((key) => Object.hasOwn(theirs, key));
  if (common.join('\0') !== order.join('\0')) found.push({ path: `${path}{order}`, theirs: common, ours: order });
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
    const at = path === '' ? key : `${path}.${key}`;
    const [left, right] = [ownOf(theirs, key), ownOf(ours, key)];
    if (left !== undefined || right !== undefined) compare(left, right, at, found);
  }
}

function compareLists(theirs: readonly unknown[], ours: readonly unknown[], path: string, found: Difference[]): void {
  if (path.endsWith('.managedFields') && compareManagers(theirs, ours, path, found)) return;
  // The cells of a row have places, not names.
  const isRow = path.endsWith('.cells');
  const [left, right] = isRow
    ? [undefined, undefined]
    : path.endsWith('.causes')
      ? [counted(theirs), counted(ours)]
      : [keyed(theirs), keyed(ours)];
  if (left === undefined || right === undefined) {
    for (let n = 0; n < Math.max(theirs.length, ours.length); n++) compare(theirs[n], ours[n], `${path}[${n}]`, found);
    return;
  }
  compareKeyed(left, right, path, found);
}

/** A refusal that quotes the whole object: the words before, the object, the words after. */
const ECHO = /^([\s\S]*Invalid value: )("\{(?:[^"\\]|\\.)*\}")([\s\S]*)$/;

/** Whether two refusals say the same of objects that are the same, as objects are compared. */
function sameEcho(theirs: string, ours: string): boolean {
  const [left, right] = [ECHO.exec(theirs), ECHO.exec(ours)];
  if (left === null || right === null || left[1] !== right[1] || left[3] !== right[3]) return false;
  const [one, other] = [objectIn(left[2]!), objectIn(right[2]!)];
  return one !== undefined && other !== undefined && differences(one, other).length === 0;
}

/** The object in a quoted text, its numbers as they are written; undefined where it is cut off. */
function objectIn(quoted: string): unknown {
  const written = (_: string, value: unknown, at?: { readonly source: string }) =>
    typeof value === 'number' ? at?.source : value;
  try {
    return JSON.parse(JSON.parse(quoted) as string, written);
  } catch {
    return undefined;
  }
}

/** Who manages what stands in the order of seconds, which is not the same from run to run. */
function compareManagers(
  theirs: readonly unknown[],
  ours: readonly unknown[],
  path: string,
  found: Difference[],
): boolean {
  const [left, right] = [managers(theirs), managers(ours)];
  if (left === undefined || right === undefined) return false;
  for (const key of new Set([...left.keys(), ...right.keys()]))
    compare(left.get(key), right.get(key), `${path}[${key}]`, found);
  return true;
}

function managers(list: readonly unknown[]): ReadonlyMap<string, unknown> | undefined {
  const map = new Map<string, unknown>();
  for (const one of list) {
    if (!isObject(one)) return undefined;
    const { manager, operation, subresource, apiVersion } = one;
    map.set([manager, operation, apiVersion, subresource].filter((part) => part !== undefined).join(' '), one);
  }
  return map.size === list.length ? map : undefined;
}

function compareKeyed(
  left: ReadonlyMap<string, unknown>,
  right: ReadonlyMap<string, unknown>,
  path: string,
  found: Difference[],
): void {
  const common = [...left.keys()].filter((key) => right.has(key));
  const order = [...right.keys()].filter((key) => left.has(key));
  if (common.join('\0') !== order.join('\0')) found.push({ path: `${path}[order]`, theirs: common, ours: order });
  for (const key of new Set([...left.keys(), ...right.keys()]))
    compare(left.get(key), right.get(key), `${path}[${key}]`, found);
}

/** Causes by field and reason, so that one which is missing does not make all after it others. */
function counted(causes: readonly unknown[]): ReadonlyMap<string, unknown> {
  const map = new Map<string, unknown>();
  for (const cause of causes) {
    const { field = '', reason = '' } = isObject(cause) ? cause : {};
    const first = `${String(field)} ${String(reason)}`;
    let name = first;
    for (let n = 2; map.has(name); n++) name = `${first} #${n}`;
    map.set(name, cause);
  }
  return map;
}

/** Items by their names, if each has one of its own. */
function keyed(list: readonly unknown[]): ReadonlyMap<string, unknown> | undefined {
  const map = new Map<string, unknown>();
  for (const item of list) {
    const name = nameOf(item);
    if (name === undefined || map.has(name)) return undefined;
    map.set(name, item);
  }
  return map;
}

function nameOf(item: unknown): string | undefined {
  if (typeof item === 'string') return item;
  if (!isObject(item)) return undefined;
  const { metadata, object, name } = item;
  if (isObject(object) && !('type' in item)) return nameOf(object);
  const own = isObject(metadata) ? metadata : item;
  const kind = typeof item['kind'] === 'string' && !isObject(metadata) ? ` ${item['kind']}` : '';
  const place = isObject(metadata) && typeof own['namespace'] === 'string' ? `${own['namespace']}/` : '';
  return typeof (own['name'] ?? name) === 'string' ? `${place}${String(own['name'] ?? name)}${kind}` : undefined;
}

const ownOf = (object: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
