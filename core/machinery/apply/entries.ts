import { stringify } from '#core/base';
import type { FieldsText, KubeObject, ManagedFieldsEntry } from '#core/machinery/object';
import { type FieldSet, isEmpty, parseSet, setText, union } from './field-set.ts';

/** One field manager: who, how, and what it owns. The set is parsed when first needed and printed only if it changed. */
export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string | undefined;
  /** The entry that it was read from; given back as it is unless something changed. */
  readonly entry: ManagedFieldsEntry | undefined;
  readonly set: FieldSet;
}

export type Managers = ReadonlyMap<string, Manager>;

type Identity = Pick<Manager, 'name' | 'operation' | 'apiVersion' | 'subresource'>;

/**
 * Tells managers apart, and orders them in messages: the JSON that the original uses for both. An applier stays the same
 * whatever version it applies in.
 */
export function identityOf({ name, operation, apiVersion, subresource }: Identity): string {
  return JSON.stringify({
    ...(name === '' ? {} : { manager: name }),
    operation,
    ...(operation === 'Apply' || apiVersion === '' ? {} : { apiVersion }),
    ...(subresource === '' ? {} : { subresource }),
  });
}

const isText = (fields: object): fields is FieldsText => typeof (fields as Partial<FieldsText>).text === 'string';

/** `undefined` where an entry is malformed: then the whole list counts for nothing. */
export function decodeManagers(entries: readonly ManagedFieldsEntry[] | undefined): Managers | undefined {
  const managers = new Map<string, Manager>();
  for (const entry of entries ?? []) {
    const { operation, apiVersion = '', fieldsV1 = {}, manager = '', subresource = '' } = entry;
    if (operation !== 'Apply' && operation !== 'Update') return undefined;
    if (apiVersion === '' || entry.fieldsType !== 'FieldsV1') return undefined;
    let set: FieldSet;
    try {
      set = parseSet(isText(fieldsV1) ? fieldsV1.text : fieldsV1);
    } catch {
      return undefined;
    }
    const decoded = { name: manager, operation, apiVersion, subresource, time: entry.time, entry, set };
    managers.set(identityOf(decoded), decoded);
  }
  return managers;
}

/** A client wipes what is tracked by sending an empty list, or a list of one empty entry. */
export const isReset = (entries: readonly ManagedFieldsEntry[] | undefined): boolean =>
  entries !== undefined && (entries.length === 0 || (entries.length === 1 && Object.keys(entries[0]!).length === 0));

/** Whole seconds: the precision in which entries are kept and compared. */
const seconds = (time: string | undefined): number => (time === undefined ? 0 : Math.floor(Date.parse(time) / 1000));

const text = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

export function encodeManagers(managers: Managers, intern: Intern): readonly ManagedFieldsEntry[] {
  return [...managers.values()]
    .filter(({ set }) => !isEmpty(set))
    .toSorted(
      (left, right) =>
        text(left.operation, right.operation) ||
        seconds(left.time) - seconds(right.time) ||
        text(left.name, right.name) ||
        text(left.apiVersion, right.apiVersion) ||
        text(left.subresource, right.subresource),
    )
    .map((manager) => encodeManager(manager, intern));
}

function encodeManager(manager: Manager, intern: Intern): ManagedFieldsEntry {
  if (manager.entry !== undefined) return withText(manager.entry, intern);
  const { name, operation, apiVersion, subresource, time, set } = manager;
  return {
    ...(name === '' ? {} : { manager: name }),
    operation,
    apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: intern(setText(set)),
    ...(subresource === '' ? {} : { subresource }),
  };
}

/** Gives the one object that holds a text; many objects of a kind share their sets. */
export type Intern = (text: string) => FieldsText;
export const plainText: Intern = (fields) => ({ text: fields });

/** Fields that came as JSON are kept as text. */
function withText(entry: ManagedFieldsEntry, intern: Intern): ManagedFieldsEntry {
  const { fieldsV1 } = entry;
  if (fieldsV1 === undefined || isText(fieldsV1)) return entry;
  return { ...entry, fieldsV1: intern(stringify(fieldsV1)) };
}

export const withManagers = <T extends KubeObject>(object: T, managers: Managers, intern: Intern): T =>
  withEntries(object, encodeManagers(managers, intern));

export function withEntries<T extends KubeObject>(object: T, managedFields: readonly ManagedFieldsEntry[]): T {
  if (object.metadata.managedFields === managedFields) return object;
  const { managedFields: _, ...rest } = object.metadata;
  return { ...object, metadata: managedFields.length === 0 ? rest : { ...rest, managedFields } };
}

const MOST_UPDATERS = 10;
const ANCIENT = 'ancient-changes';

/**
 * Joins the oldest updaters of a version into one, until there are no more than ten of them.
 * Upstream: apimachinery/pkg/util/managedfields/internal/capmanagers.go.
 */
export function capUpdaters(managers: Managers): Managers {
  const updaters = [...managers].filter(([, { operation }]) => operation === 'Update');
  if (updaters.length <= MOST_UPDATERS) return managers;
  updaters.sort(([left, a], [right, b]) => seconds(a.time) - seconds(b.time) || text(left, right));
  const capped = new Map(managers);
  const firsts = new Map<string, string>();
  let count = updaters.length;
  for (const [id, manager] of updaters) {
    if (count <= MOST_UPDATERS) break;
    const bucket = { name: ANCIENT, operation: 'Update', apiVersion: manager.apiVersion, subresource: '' } as const;
    const bucketId = identityOf(bucket);
    const first = firsts.get(manager.apiVersion);
    if (first === undefined) {
      firsts.set(manager.apiVersion, id);
      continue;
    }
    const base = capped.get(bucketId) ?? capped.get(first)!;
    if (!capped.has(bucketId)) capped.delete(first);
    capped.delete(id);
    capped.set(bucketId, { ...bucket, time: manager.time, entry: undefined, set: union(manager.set, base.set) });
    count--;
  }
  return capped;
}
