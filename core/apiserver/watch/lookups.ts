import { type Log, type Turns, yieldTurn } from '#core/base';
import type { ResourceDefinition } from '#core/api/definition';
import type { KubeObject } from '#core/machinery/object';
import type { Change, Entry, Key, Store, View, Watch } from '#core/store';
import { fieldReader, type Selection } from './selection.ts';

/** Resources of fewer objects are looked through. */
const FEW = 256;
/** Lookups of one resource at most: of the fields and labels that were asked for lately. */
const MOST = 8;
/** Entries taken up before everybody else gets a turn. */
const SLICE = 500;

/** A field or label that a selection wants to have one value. */
interface Term {
  /** `field spec.nodeName`, `label app`. */
  readonly name: string;
  readonly value: string;
  /** `undefined` where there is no such label. */
  readonly read: (object: KubeObject) => string | undefined;
}

/** Entries by the value of one field or label, kept up with what is written from the first time that it was of use. */
interface Lookup {
  readonly byValue: ReadonlyMap<string, ReadonlyMap<Key, Entry>>;
  /** Changes since it was used last. */
  idle: number;
  close(): void;
}

/**
 * Finds what a list selects by the value of a field or a label without looking at everything: kubelets ask for the pods of
 * one node, clients for those of one application. Upstream keeps such an index for `spec.nodeName`
 * (pkg/registry/core/pod/strategy.go, Indexers).
 */
export interface Lookups {
  /**
   * Those of the view's entries that may match, in the order of their keys; `undefined` where all have to be looked at: then
   * the next who asks may be better off.
   */
  find(definition: ResourceDefinition, view: View, selection: Selection): readonly Entry[] | undefined;
}

export function createLookups({ store, turns, log }: { store: Store; turns: Turns; log: Log }): Lookups {
  /** By the place of the resource, then by the term's name; 'awaited' while one is made. */
  const resources = new Map<string, Map<string, Lookup | 'awaited'>>();

  const make = async (storage: string, own: Map<string, Lookup | 'awaited'>, { name, read }: Term): Promise<void> => {
    const view = store.view(storage);
    const { byValue, put, remove } = grouped(read);
    let taken = 0;
    for (const entry of view.range()) {
      put(entry);
      if (++taken % SLICE === 0) await yieldTurn(turns, 'list');
    }
    const forget = () => {
      if (own.get(name) === lookup) own.delete(name);
    };
    const changes = (all: readonly Change[]) => {
      for (const { key, entry } of all) {
        if (entry === undefined) remove(key);
        else put(entry);
      }
      lookup.idle += all.length;
      // Nobody asks any more: it is not worth keeping.
      if (lookup.idle > FEW + view.size) {
        lookup.close();
        forget();
      }
    };
    let watch: Watch | undefined;
    const lookup: Lookup = { byValue, idle: 0, close: () => watch?.close() };
    // What was written meanwhile is told at once.
    const opened = store.watch(storage, view.revision, { changes, closed: forget });
    if ('failure' in opened) own.delete(name);
    else {
      watch = opened;
      own.set(name, lookup);
    }
  };

  const begin = (storage: string, own: Map<string, Lookup | 'awaited'>, term: Term) => {
    for (const [name, old] of own) {
      if (own.size < MOST) break;
      if (old === 'awaited') continue;
      old.close();
      own.delete(name);
    }
    if (own.size >= MOST) return;
    own.set(term.name, 'awaited');
    make(storage, own, term).catch((failure: unknown) => {
      own.delete(term.name);
      log.error('objects could not be put in order', { failure, storage, by: term.name });
    });
  };

  return {
    find(definition, view, selection) {
      // What somebody else converts is not read without asking.
      if (view.size < FEW || definition.stored?.prepare !== undefined) return undefined;
      const { storage, storageVersion, edition } = definition;
      // Versions of a custom resource, and what its definition was before, read their fields otherwise.
      const place = edition === undefined ? storage : `${storage} ${storageVersion} ${edition}`;
      const terms = termsOf(definition, selection);
      if (terms.length === 0) return undefined;
      let own = resources.get(place);
      if (own === undefined) resources.set(place, (own = new Map()));
      let found: ReadonlyMap<Key, Entry> | undefined;
      for (const term of terms) {
        const known = own.get(term.name);
        if (known === 'awaited') continue;
        if (known === undefined) {
          begin(storage, own, term);
          continue;
        }
        known.idle = 0;
        const entries = known.byValue.get(term.value) ?? NONE;
        if (found === undefined || entries.size < found.size) found = entries;
      }
      // They tell of the present only. Where much matches, it is quicker to go through all than to sort.
      if (found === undefined || view.revision !== store.revision || found.size * 4 > view.size) return undefined;
      return [...found.values()].sort((left, right) => (left.key < right.key ? -1 : 1));
    },
  };
}

const NONE: ReadonlyMap<Key, Entry> = new Map();

/** What a selection asks for by equality; names and namespaces are found by the key. */
function termsOf(definition: ResourceDefinition, { index, labels }: Selection): readonly Term[] {
  const terms: Term[] = [];
  const read = index === undefined ? undefined : fieldReader(definition, index.field);
  if (index !== undefined && read !== undefined)
    terms.push({ name: `field ${definition.edition ?? ''} ${index.field}`, value: index.value, read });
  for (const { key, operator, values } of labels.requirements) {
    const [value] = values;
    if (values.length !== 1 || value === undefined || !EQUALITY.has(operator)) continue;
    terms.push({ name: `label ${key}`, value, read: ({ metadata }) => labelOf(metadata.labels, key) });
  }
  return terms;
}

const EQUALITY: ReadonlySet<string> = new Set(['=', '==', 'in']);

const labelOf = (labels: Readonly<Record<string, string>> | undefined, key: string): string | undefined =>
  labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;

/** Entries by what is read of their objects. */
function grouped(read: Term['read']) {
  const byValue = new Map<string, Map<Key, Entry>>();
  const values = new Map<Key, string>();
  const remove = (key: Key) => {
    const value = values.get(key);
    if (value === undefined) return;
    values.delete(key);
    const group = byValue.get(value)!;
    group.delete(key);
    if (group.size === 0) byValue.delete(value);
  };
  const put = (entry: Entry) => {
    const { key } = entry;
    const value = read(entry.object);
    if (values.get(key) !== value) remove(key);
    if (value === undefined) return;
    values.set(key, value);
    const group = byValue.get(value);
    if (group === undefined) byValue.set(value, new Map([[key, entry]]));
    else group.set(key, entry);
  };
  return { byValue, put, remove };
}
