import type { Timer } from '#core/base';
import type { Backend, BackendView, StartState, StoredChange } from './backend.ts';
import { createEntries, type StoredEntry } from './entry.ts';
import { jsonEncoding } from './encoding.ts';
import { defaultWindow, type StoreParts } from './parts.ts';
import {
  addWatcher,
  changeResource,
  createResource,
  resourceOf,
  tell,
  tellProgress,
  viewOf,
  type Resource,
} from './resource.ts';
import type { Key, Outcome, Revision, RevisionFailure, Store, Transaction, View } from './types.ts';
import { createWindow } from './window.ts';

/** Milliseconds between two notices to idle watchers that the store's revision moved. */
const PROGRESS_INTERVAL = 250;
/** Milliseconds between two looks at the window while nothing is written, at most. */
const TRIM_INTERVAL = 60_000;
/** How many views of the past are kept: a list in pages asks for the same one again and again. */
const PAST_VIEWS = 8;

/** Opens the store on a backend: reads what is kept, then serves. Rejects with the backend's failure. */
export async function openStore(backend: Backend, parts: StoreParts): Promise<Store> {
  const { clock, turns, log } = parts;
  const formOf = parts.formOf ?? (() => 'object' as const);
  const entries = createEntries(parts.encoding ?? jsonEncoding(), parts.cacheBytes ?? 64 * 1024 * 1024, (key) =>
    formOf(resourceOf(key)),
  );
  const limits = parts.window ?? defaultWindow;
  const window = createWindow(limits, clock);
  const resources = new Map<string, Resource>();
  const past = new Map<string, View>();
  let points = new Map<Key, StoredEntry>();
  let revision: Revision = 0;
  let oldest: Revision = 0;
  let closed = false;
  /** Who waits for the view to reach a revision; in order. */
  const arrivals: { readonly revision: Revision; resolve(now: Revision): void }[] = [];
  let progressTimer: Timer | undefined;
  let trimTimer: Timer | undefined;

  const resourceAt = (name: string): Resource => {
    let found = resources.get(name);
    if (found === undefined) resources.set(name, (found = createResource([])));
    return found;
  };

  const forget = (upTo: Revision) => {
    if (upTo <= oldest) return;
    oldest = upTo;
    past.clear();
    for (const resource of resources.values()) resource.history.forget(upTo);
    void backend.compact(upTo).catch((problem: unknown) => log.warn('the backend could not compact', { problem }));
  };

  const trim = () => {
    const due = window.due();
    if (due !== undefined) forget(due);
    if (trimTimer !== undefined || window.empty || closed) return;
    trimTimer = turns.after(Math.min(TRIM_INTERVAL, limits.age), () => {
      trimTimer = undefined;
      trim();
    });
  };

  const progress = () => {
    progressTimer = undefined;
    for (const resource of resources.values()) {
      if (resource.told === revision) continue;
      resource.told = revision;
      for (const watcher of resource.watchers) tellProgress(watcher, revision, log);
    }
  };

  const start = (state: StartState) => {
    points = state.entries;
    revision = state.revision;
    oldest = state.oldest;
    const grouped = new Map<string, StoredEntry[]>();
    for (const entry of points.values()) {
      const name = resourceOf(entry.key);
      const group = grouped.get(name);
      if (group === undefined) grouped.set(name, [entry]);
      else group.push(entry);
    }
    for (const [name, group] of grouped) resources.set(name, createResource(group));
    for (const change of state.changes) {
      // The tree holds the present already, so a version kept in between would be wrong: none is made.
      resourceAt(resourceOf(change.key)).history.add(change);
    }
    if (state.changes.length > 0) window.add(state.changes, revision);
  };

  const apply = (changes: readonly StoredChange[], now: Revision) => {
    const touched: Resource[] = [];
    for (const change of changes) {
      if (change.entry === undefined) points.delete(change.key);
      else points.set(change.key, change.entry);
      const resource = resourceAt(resourceOf(change.key));
      if (resource.batch.length === 0) touched.push(resource);
      changeResource(resource, change);
    }
    revision = now;
    window.add(changes, now);
    trim();
    // Whoever begins to watch during the fan-out has this batch from the history already.
    const audiences = touched.map(({ watchers }) => watchers);
    for (const [index, resource] of touched.entries()) {
      const { batch } = resource;
      resource.batch = [];
      resource.told = now;
      for (const watcher of audiences[index]!) tell(watcher, batch, log);
    }
    while (arrivals.length > 0 && arrivals[0]!.revision <= now) arrivals.shift()!.resolve(now);
    if (!closed) progressTimer ??= turns.after(PROGRESS_INTERVAL, progress);
  };

  const view: BackendView = {
    entries,
    get: (key) => points.get(key),
    values: () => points.values(),
    start,
    apply,
  };
  await backend.open(view, parts);
  parts.metrics.computed('kubernode_store_revision', 'The newest durable revision.', () => revision);
  parts.metrics.computed('kubernode_store_objects', 'How many objects are stored.', () => points.size);

  const heldAt = (wanted: Revision): RevisionFailure | undefined => {
    if (wanted > revision) return { failure: 'future', oldest, current: revision };
    if (wanted < oldest) return { failure: 'compacted', oldest, current: revision };
    return undefined;
  };

  return {
    get revision() {
      return revision;
    },
    get oldest() {
      return oldest;
    },
    view: (name) => viewOf(resourceAt(name).editor.snapshot(), revision),
    viewAt(name, wanted) {
      const failure = heldAt(wanted);
      if (failure !== undefined) return failure;
      const id = `${wanted} ${name}`;
      const known = past.get(id);
      if (known !== undefined) return known;
      const { editor, history } = resourceAt(name);
      const found = viewOf(history.at(wanted, editor.snapshot()), wanted);
      for (const old of past.keys()) {
        if (past.size < PAST_VIEWS) break;
        past.delete(old);
      }
      past.set(id, found);
      return found;
    },
    get: view.get,
    latest: (key) => backend.ahead(key),
    commit(transaction): Promise<Outcome> {
      checkWrites(transaction);
      if (closed) return Promise.resolve({ ok: false, reason: 'unavailable', message: 'the store is closed' });
      return backend.commit(transaction);
    },
    watch(name, after, watcher) {
      const failure = heldAt(after);
      if (failure !== undefined) return failure;
      const resource = resourceAt(name);
      return addWatcher(resource, watcher, resource.history.since(after), log);
    },
    async sync() {
      // Own commits are in the view before they are acknowledged; only another writer's may still be on their way.
      const wanted = await backend.latest();
      if (wanted <= revision) return revision;
      return new Promise((resolve) => {
        arrivals.push({ revision: wanted, resolve });
        arrivals.sort((a, b) => a.revision - b.revision);
      });
    },
    async compact(before) {
      forget(Math.min(before, revision));
    },
    async close() {
      if (closed) return;
      closed = true;
      await backend.close();
      progressTimer?.cancel();
      trimTimer?.cancel();
      for (const resource of resources.values()) {
        const { watchers } = resource;
        resource.watchers = [];
        for (const watcher of watchers) watcher.closed();
      }
    },
  };
}

/** Programming errors, not refusals: resuming a watch at the transaction's revision would lose a second write to a resource. */
function checkWrites({ writes }: Transaction): void {
  const seen: string[] = [];
  for (const { key } of writes) {
    const name = resourceOf(key);
    if (name === '') throw new TypeError(`not a key: ${key} (GROUP/RESOURCE/NAMESPACE/NAME or GROUP/RESOURCE/NAME)`);
    if (seen.includes(name)) {
      throw new TypeError(`a transaction writes ${name} twice: ${writes.map((write) => write.key).join(', ')}`);
    }
    seen.push(name);
  }
}
