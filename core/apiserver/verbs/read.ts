import { yieldTurn } from '#core/base';
import { expired, notFound, StatusError, badRequest } from '#core/machinery/status';
import type { Entry, View } from '#core/store';
import type { ListResult, Result } from '../context.ts';
import { first } from '../query.ts';
import { boundsOf, rangeOf } from '../watch/range.ts';
import { selectionOf, type Selection } from '../watch/selection.ts';
import { readToken, writeToken } from './continue-token.ts';
import { named, type Target, type VerbHandler, type Kit } from './kit.ts';
import { type ListOptions, listOptions, watchTimeout } from './list-options.ts';
import { prepared } from './write.ts';
import { listRevision, reached, readRevision } from './revisions.ts';

/** Entries looked at before everybody else gets a turn. */
const SCAN = 500;

/** One object as it is now, or as new as the revision asked for. */
export const get: VerbHandler = async (kit, context, target) => {
  const revision = readRevision(first(context.info.query, 'resourceVersion'));
  if (revision === undefined) await kit.parts.store.sync();
  else await reached(kit, revision);
  const entry = kit.parts.store.get(target.key);
  if (entry === undefined) throw notFound(named(target));
  const waits = prepared(target.definition, [entry]);
  if (waits !== undefined) await waits;
  return { kind: 'entry', status: 200, endpoint: target, entry };
};

export const list: VerbHandler = async (kit, context, target) => {
  const options = listOptions(context, false);
  const selection = selectionOf(target.definition, target.namespace, '', options.labelSelector, options.fieldSelector);
  return listSelected(kit, target, selection, options);
};

export async function listSelected(
  kit: Kit,
  target: Target,
  selection: Selection,
  options: ListOptions,
): Promise<ListResult> {
  const { definition } = target;
  const { view, from } = await viewFor(kit, target, options);
  const bounds = boundsOf(definition, selection.namespace);
  const lookedUp = selection.name === '' ? kit.lookups.find(definition, view, selection) : undefined;
  const candidates =
    lookedUp?.filter(({ key }) => key >= (from ?? '') && key >= bounds.from && key < bounds.to) ??
    rangeOf(definition, view, selection, from);
  const waiting = readable(target, selection, candidates);
  if (waiting !== undefined) await waiting;
  // Whoever asks for any version at all gets everything, as upstream's watch cache gives it.
  const limit = options.resourceVersion === '0' ? 0 : options.limit;
  const entries: Entry[] = [];
  let next: string | undefined;
  let looked = 0;
  for (const entry of candidates) {
    if (limit > 0 && entries.length === limit) {
      next = entry.key;
      break;
    }
    if (selection.everything || selection.matches(entry.object)) entries.push(entry);
    if (!selection.everything && ++looked % SCAN === 0) await yieldTurn(kit.parts.turns, 'list');
  }
  // A page ends before what follows, be it selected or not.
  if (lookedUp !== undefined && limit > 0 && entries.length === limit) {
    const [following] = view.range(`${entries.at(-1)!.key}\0`, bounds.to);
    next = following?.key;
  }
  const waits = prepared(definition, entries);
  if (waits !== undefined) await waits;
  const more = next !== undefined;
  return {
    kind: 'list',
    endpoint: target,
    entries,
    isWhole: selection.everything,
    revision: view.revision,
    continue: more ? writeToken({ revision: view.revision, start: next!.slice(definition.storage.length) }) : '',
    ...(more && selection.everything ? { remaining: view.count(next, bounds.to) } : {}),
  };
}

/** Who selects reads in the version that he asked for: what somebody else converts is converted before. */
function readable(
  { definition }: Target,
  { everything }: Selection,
  entries: Iterable<Entry>,
): Promise<void> | undefined {
  return everything || definition.stored?.prepare === undefined ? undefined : prepared(definition, [...entries]);
}

/** The revision that a list reads, by the table of resourceVersion and resourceVersionMatch. Upstream: apiserver/pkg/storage/etcd3/store.go. */
async function viewFor(kit: Kit, target: Target, options: ListOptions): Promise<{ view: View; from?: string }> {
  const { store } = kit.parts;
  const { storage } = target.definition;
  const { resourceVersionMatch: match, limit } = options;
  if (options.continue !== '') {
    if (options.resourceVersion !== '' && options.resourceVersion !== '0') {
      throw badRequest('specifying resource version is not allowed when using continue');
    }
    const { revision, start } = readToken(options.continue);
    const from = storage + start;
    if (revision === -1) return { view: store.view(storage), from };
    const view = store.viewAt(storage, revision);
    if ('failure' in view) throw staleToken(start);
    return { view, from };
  }
  const revision = listRevision(options.resourceVersion);
  if (revision === undefined) {
    await store.sync();
    return { view: store.view(storage) };
  }
  await reached(kit, revision);
  const exact = match === 'Exact' || (match === '' && limit > 0 && revision > 0);
  if (!exact) return { view: store.view(storage) };
  const view = store.viewAt(storage, revision);
  if ('failure' in view) throw expired('The resourceVersion for the provided list is too old.');
  return { view };
}

/** The refusal carries a token with which the client can go on all the same. Upstream: apiserver/pkg/storage/etcd3/errors.go. */
function staleToken(start: string): StatusError {
  const { status } = expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
      'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
      'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
      'deleted between the time the first chunk was returned and now may show up in the list.',
  );
  return new StatusError({ ...status, metadata: { continue: writeToken({ revision: -1, start }) } });
}

export const watch: VerbHandler = async (kit, context, target): Promise<Result> => {
  const options = listOptions(context, true);
  const { definition, namespace, name } = target;
  const selection = selectionOf(definition, namespace, name, options.labelSelector, options.fieldSelector);
  const revision = readRevision(options.resourceVersion);
  const initial = options.sendInitialEvents;
  if (initial) {
    if (revision === undefined) await kit.parts.store.sync();
    else await reached(kit, revision);
  }
  return {
    kind: 'watch',
    endpoint: target,
    plan: {
      selection,
      after: initial || revision === 0 ? undefined : revision,
      initial,
      bookmarks: options.allowWatchBookmarks,
      timeout: watchTimeout(kit, options),
    },
  };
};
