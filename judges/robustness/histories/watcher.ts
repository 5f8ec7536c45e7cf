import { setTimeout as wait } from 'node:timers/promises';
import { below, type Random } from '#core/base';
import { type Api, ask, follow } from './api.ts';
import type { WatchEvent } from './history.ts';
import { COLLECTION, listIn, nameOf, seenIn, type Recording } from './record.ts';

export interface RunningWatcher {
  /** The newest revision that it was told of. */
  readonly revision: number;
  stop(): Promise<void>;
}

interface Line {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: { readonly code?: number };
}

/** Lists, then watches; resumes at its last revision whenever the connection ends, which it also brings about itself. */
export function watcher(api: Api, random: Random, recording: Recording): RunningWatcher {
  let revision = 0;
  const stopped = new AbortController();
  let current: { stop(): void } | undefined;

  const list = async (): Promise<void> => {
    const start = performance.now();
    const { status, body } = await ask(api, 'GET', COLLECTION);
    if (status !== 200) throw new Error(`a list was answered ${status}`);
    const listed = listIn(body);
    recording.lists.push({ start, end: performance.now(), ...listed });
    revision = listed.revision;
  };

  /** One connection. Resolves to whether the revision is no longer there to resume at. */
  const watch = async (): Promise<boolean> => {
    const events: WatchEvent[] = [];
    recording.watches.push({ from: revision, events });
    let expired = false;
    const path = `${COLLECTION}?watch=true&allowWatchBookmarks=true&resourceVersion=${revision}`;
    const stream = follow(api, path, (text) => {
      const { type, object } = JSON.parse(text) as Line;
      if (type === 'ERROR') {
        expired ||= object.code === 410;
        if (object.code !== 410) recording.strange.push(`a watch was told ${text.slice(0, 300)}`);
        return;
      }
      const seen = seenIn(object);
      events.push(type === 'BOOKMARK' ? { type, revision: seen.revision } : { type, key: nameOf(object), ...seen });
      revision = Math.max(revision, seen.revision);
    });
    current = stream;
    const bored = setTimeout(() => stream.stop(), 300 + below(random, 4000));
    const status = await stream.ended;
    clearTimeout(bored);
    if (status === 200 && events.length === 0) await wait(5);
    if (status !== 200) await wait(40);
    return expired || status === 410;
  };

  const run = async (): Promise<void> => {
    let fresh = true;
    while (!stopped.signal.aborted) {
      try {
        if (fresh) await list();
        fresh = await watch();
      } catch {
        fresh = true;
        await wait(40);
      }
    }
  };
  const running = run();
  return {
    get revision() {
      return revision;
    },
    async stop() {
      stopped.abort();
      current?.stop();
      await running;
    },
  };
}
