import type { Log, Random, Turns } from '#core/base';
import type { WatchEvent } from '#core/apiserver';
import type { KubeObject } from '#core/machinery/object';
import { isStatusError, type Status, StatusError } from '#core/machinery/status';
import { backoff } from './backoff.ts';
import type { Client, ListOptions, ResourceToken } from './types.ts';

/** What a reflector tells: the whole world now and then, in between what changed. All in order. */
export interface Reflection<T extends KubeObject> {
  /** All there is, after a first or a renewed list. */
  replaced(objects: readonly T[]): void;
  changed(events: readonly WatchEvent<T>[]): void;
}

export interface ReflectorParts {
  readonly client: Client;
  readonly turns: Turns;
  readonly random: Random;
  readonly log: Log;
}

/** The part of a resource that is followed. */
export type Scope = Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector'>;

/**
 * Where a reflector stands. It goes from `empty` through `streaming` (or `listing`, where the server cannot stream lists) to
 * `watching`, and back to `empty` when its resourceVersion has become too old.
 */
type State<T> =
  | { readonly at: 'empty' }
  | { readonly at: 'streaming'; readonly seen: Map<string, T> }
  | { readonly at: 'listing' }
  | { readonly at: 'watching'; readonly revision: string };

const PAGE = 500;
/** Upstream: client-go/tools/cache/reflector.go. */
const FIRST_WAIT = 800;
const LONGEST_WAIT = 30_000;
/** A watch that ends sooner, having told nothing, counts as a failure: the server is not really there. */
const SHORTEST_WATCH = 1000;
const LEAST_WATCH_SECONDS = 300;

/** An object's key in a cache: `namespace/name`, or `name` where there is no namespace. */
export const keyOf = ({ metadata: { namespace, name } }: KubeObject): string =>
  namespace === undefined || namespace === '' ? (name ?? '') : `${namespace}/${name}`;

/** Follows a resource until the signal aborts, whatever happens to the server: lists, watches, and starts over where it must. */
export function reflect<T extends KubeObject>(
  parts: ReflectorParts,
  of: ResourceToken<T>,
  scope: Scope,
  reflection: Reflection<T>,
  signal: AbortSignal,
): void {
  const { client, turns, random } = parts;
  const log = parts.log.with({ resource: of.resource });
  const waits = backoff(random, FIRST_WAIT, LONGEST_WAIT);
  let streams = true;
  let state: State<T> = { at: 'empty' };

  const enter = (next: State<T>): void => {
    state = next;
    if (signal.aborted) return;
    if (next.at === 'empty') enter(streams ? { at: 'streaming', seen: new Map() } : { at: 'listing' });
    else if (next.at === 'listing') void list();
    else void watch();
  };

  /** Once more after a while: from where it stood, or from the start where that is lost. */
  const again = (next: State<T>): void => {
    if (!signal.aborted) turns.after(waits.next(), () => enter(next));
  };

  const list = async () => {
    try {
      const items: T[] = [];
      let page = await client.list(of, { ...scope, limit: PAGE }, signal);
      for (;;) {
        for (const item of page.items) items.push(item);
        const next = page.metadata.continue;
        if (next === undefined || next === '') break;
        page = await client.list(of, { ...scope, limit: PAGE, continue: next }, signal);
      }
      if (signal.aborted) return;
      reflection.replaced(items);
      waits.reset();
      enter({ at: 'watching', revision: page.metadata.resourceVersion ?? '' });
    } catch (failure) {
      if (signal.aborted) return;
      tell('listing failed', failure);
      again({ at: 'empty' });
    }
  };

  const watch = async () => {
    const began = turns.clock.monotonic();
    let told = false;
    let over = false;
    const attempt = new AbortController();
    const stop = () => attempt.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    const done = () => {
      over = true;
      signal.removeEventListener('abort', stop);
    };

    const events = (batch: readonly WatchEvent<T>[]) => {
      if (over || signal.aborted) return;
      told = true;
      const refused = take(batch);
      if (refused === undefined) return;
      done();
      attempt.abort();
      fail(refused);
    };
    const ended = (failure?: unknown) => {
      if (over || signal.aborted) return;
      done();
      if (failure !== undefined) return fail(failure);
      // A list cut off half-way says nothing about what is gone.
      const next: State<T> = state.at === 'watching' ? state : { at: 'empty' };
      if (told || turns.clock.monotonic() - began >= SHORTEST_WATCH) turns.post(() => enter(next), of.resource);
      else again(next);
    };

    const position =
      state.at === 'watching'
        ? { resourceVersion: state.revision }
        : { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' as const };
    const timeoutSeconds = Math.floor(LEAST_WATCH_SECONDS * (1 + random.next()));
    try {
      await client.watch(
        of,
        { ...scope, ...position, allowWatchBookmarks: true, timeoutSeconds, signal: attempt.signal },
        { events, ended },
      );
    } catch (failure) {
      if (over || signal.aborted) return;
      done();
      fail(failure);
    }
  };

  const fail = (failure: unknown) => {
    const refused = isStatusError(failure) ? failure.code : 0;
    if (refused === 410) {
      log.debug('the resourceVersion is too old, listing anew');
      return again({ at: 'empty' });
    }
    if (state.at === 'streaming' && (refused === 422 || refused === 400)) {
      log.debug('the server does not stream lists, listing in pages');
      streams = false;
      return enter({ at: 'listing' });
    }
    tell('watching failed', failure);
    again(state.at === 'watching' ? state : { at: 'empty' });
  };

  const tell = (what: string, failure: unknown) =>
    isStatusError(failure)
      ? log.warn(what, { reason: failure.reason, message: failure.message })
      : log.error(what, { error: failure });

  /** Takes a batch in; gives the refusal that an ERROR event carries. */
  const take = (batch: readonly WatchEvent<T>[]): StatusError | undefined => {
    const passed: WatchEvent<T>[] = [];
    let refused: StatusError | undefined;
    let revision: string | undefined;
    for (const event of batch) {
      if (event.type === 'ERROR') {
        refused = new StatusError(event.object as unknown as Status);
        break;
      }
      revision = event.object.metadata.resourceVersion ?? revision;
      if (state.at === 'streaming') streamed(state.seen, event);
      else if (event.type !== 'BOOKMARK') passed.push(event);
    }
    if (passed.length > 0) reflection.changed(passed);
    if (state.at === 'watching' && revision !== undefined) {
      state = { at: 'watching', revision };
      waits.reset();
    }
    return refused;
  };

  const streamed = (seen: Map<string, T>, { type, object }: WatchEvent<T>) => {
    if (type === 'DELETED') seen.delete(keyOf(object));
    else if (type !== 'BOOKMARK') seen.set(keyOf(object), object);
    else if (object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true') {
      state = { at: 'watching', revision: object.metadata.resourceVersion ?? '' };
      reflection.replaced([...seen.values()]);
    }
  };

  // In a turn of its own, so that whoever asked can say first what to do with what comes.
  turns.post(() => enter(state), of.resource);
}
