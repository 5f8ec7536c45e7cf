import type { ResourceDefinition } from '#core/api/definition';
import type { Log, Timer, Turns } from '#core/base';
import { expired } from '#core/machinery/status';
import type { Change, Entry, Store, View, Watch } from '#core/store';
import { WatcherIndex } from './index-of-watchers.ts';
import { bookmark, ChangeNews, initialEnd, type News, presentNews } from './news.ts';
import type { WatchPlan } from './plan.ts';
import { inScope, rangeOf } from './range.ts';
import { type Receiver, Subscriber } from './subscriber.ts';
import { Waiting } from './waiting.ts';

/** Streams served before everybody else gets a turn. */
const SLICE = 200;
/** Initial events read before everybody else gets a turn. */
const INITIAL_SLICE = 200;
/** Milliseconds between bookmarks. */
const BOOKMARKS = 60_000;
/** Milliseconds by which the last bookmark comes before a watch's timeout. */
const LAST_BOOKMARK = 2_000;

export interface HubParts {
  readonly store: Store;
  readonly turns: Turns;
  readonly log: Log;
  /** Changes that a watcher may be behind. */
  readonly backlog: number;
}

/** Ends a watch; nothing is delivered afterwards. */
export type Close = () => void;

/**
 * All watches of one place in the store. It follows the store once, however many watch; a turn's changes reach each stream
 * as one delivery; streams are served in slices.
 */
export class Hub {
  readonly #definition: ResourceDefinition;
  readonly #parts: HubParts;
  readonly #watchers: WatcherIndex;
  #source: Watch | undefined;
  #queue: ChangeNews[] = [];
  readonly #waiting = new Waiting();
  #flushing = false;
  #bookmarks: Timer | undefined;

  constructor(definition: ResourceDefinition, parts: HubParts) {
    this.#definition = definition;
    this.#parts = parts;
    this.#watchers = new WatcherIndex(definition);
  }

  get size(): number {
    return this.#watchers.all.size;
  }

  /** Throws a StatusError (410) where the revision to start from is too old. */
  open(plan: WatchPlan, receiver: Receiver): Close {
    const { store, turns } = this.#parts;
    const after = plan.after ?? store.revision;
    const view = plan.initial ? store.view(this.#definition.storage) : undefined;
    const missed = view === undefined && after < store.revision ? this.#missed(after) : [];
    const subscriber = new Subscriber(plan, receiver, view?.revision ?? after);
    this.#follow();
    this.#watchers.add(subscriber);
    if (view !== undefined) {
      subscriber.held = true;
      this.#sendInitial(subscriber, view).catch((failure: unknown) => {
        this.#parts.log.error('initial events failed', { failure });
        this.#close(subscriber);
        receiver.end();
      });
    }
    // The past is not indexed: ask by key.
    const news = missed
      .filter((change) => inScope(this.#definition, plan.selection, change.key))
      .map((one) => new ChangeNews(one));
    const readable = this.#readable(news);
    if (readable === undefined) for (const one of news) subscriber.note(one);
    else
      this.#hold(
        subscriber,
        readable.then(() => subscriber.recall(news)),
      );
    subscriber.position = Math.max(subscriber.position, store.revision, after);
    if (subscriber.pending !== undefined) this.#touch(subscriber);
    const timers: Timer[] = [];
    timers.push(
      turns.after(plan.timeout, () => {
        this.#close(subscriber);
        receiver.end();
      }),
    );
    if (plan.bookmarks && plan.timeout > LAST_BOOKMARK) {
      timers.push(
        turns.after(plan.timeout - LAST_BOOKMARK, () => this.#bookmark(subscriber, bookmark(store.revision))),
      );
    }
    return () => {
      for (const timer of timers) timer.cancel();
      this.#close(subscriber);
    };
  }

  /** Ends all watches. */
  end(): void {
    for (const subscriber of this.#watchers.all) {
      this.#close(subscriber);
      subscriber.receiver.end();
    }
  }

  #missed(after: number): Change[] {
    const changes: Change[] = [];
    const watch = this.#parts.store.watch(this.#definition.storage, after, {
      changes: (batch) => void changes.push(...batch),
      closed() {},
    });
    if ('failure' in watch) {
      throw expired(`too old resource version: ${after} (${watch.oldest})`);
    }
    watch.close();
    return changes;
  }

  #follow(): void {
    if (this.#source !== undefined) return;
    const { store, turns } = this.#parts;
    const watch = store.watch(this.#definition.storage, store.revision, {
      changes: (batch) => {
        for (const change of batch) this.#queue.push(new ChangeNews(change));
        this.#schedule();
      },
      closed: () => {
        for (const subscriber of this.#watchers.all) {
          this.#close(subscriber);
          subscriber.receiver.end();
        }
      },
    });
    if ('failure' in watch) throw new Error('the store cannot be watched from its own revision');
    this.#source = watch;
    const tick = () => {
      this.#bookmarks = turns.after(BOOKMARKS, tick);
      const news = bookmark(store.revision);
      for (const subscriber of this.#watchers.all) if (subscriber.plan.bookmarks) this.#bookmark(subscriber, news);
    };
    this.#bookmarks = turns.after(BOOKMARKS, tick);
  }

  #close(subscriber: Subscriber): void {
    if (subscriber.closed) return;
    subscriber.closed = true;
    subscriber.pending = undefined;
    this.#watchers.remove(subscriber);
    if (this.#watchers.all.size > 0) return;
    this.#source?.close();
    this.#source = undefined;
    this.#bookmarks?.cancel();
    this.#queue = [];
  }

  /** Only for one who has seen everything: a bookmark says that nothing before it is missing. */
  #bookmark(subscriber: Subscriber, news: News): void {
    if (subscriber.closed || subscriber.held || subscriber.pending !== undefined || this.#queue.length > 0) return;
    subscriber.add(news);
    this.#touch(subscriber);
  }

  #touch(subscriber: Subscriber): void {
    this.#waiting.add(subscriber);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    this.#parts.turns.post(() => this.#flush(), 'watch');
  }

  #flush(): void {
    const queue = this.#queue;
    this.#queue = [];
    const readable = this.#readable(queue);
    if (readable === undefined) this.#spread(queue);
    else void readable.then(() => this.#spread(queue));
  }

  /**
   * Who selects reads an object in the version that he asked for: what somebody else converts is converted before anybody is
   * asked whether it concerns him. That it cannot be shows as it is told of.
   */
  #readable(news: readonly ChangeNews[]): Promise<void> | undefined {
    const { prepare } = this.#definition.stored ?? {};
    if (prepare === undefined || news.length === 0) return undefined;
    const entries = news.flatMap(({ change: { entry, previous } }) => [entry, previous]);
    return prepare.read(entries.flatMap((entry) => (entry === undefined ? [] : [entry.object]))).catch(() => {});
  }

  #spread(queue: readonly ChangeNews[]): void {
    for (const news of queue) {
      this.#watchers.visit(news.change, (subscriber) => {
        if (subscriber.note(news)) this.#waiting.add(subscriber);
      });
    }
    for (let left = SLICE; left > 0; left--) {
      const subscriber = this.#waiting.take();
      if (subscriber === undefined) break;
      this.#deliver(subscriber);
    }
    this.#flushing = false;
    if (!this.#waiting.empty || this.#queue.length > 0) this.#schedule();
  }

  #deliver(subscriber: Subscriber): void {
    const news = subscriber.pending;
    if (subscriber.closed || news === undefined) return;
    if (subscriber.held) {
      if (news.length > this.#parts.backlog) this.#cutOff(subscriber);
      return;
    }
    subscriber.pending = undefined;
    const ready = this.#prepared(news);
    const behind = ready === undefined ? this.#hand(subscriber, news) : this.#handPrepared(subscriber, news, ready);
    if (behind !== undefined) this.#hold(subscriber, behind);
  }

  /** Objects that somebody else converts are converted before they are told of; nothing to wait for elsewhere. */
  #prepared(news: readonly News[]): Promise<void> | undefined {
    return this.#definition.stored?.prepare?.read(
      news.flatMap(({ entry }) => (entry === undefined ? [] : [entry.object])),
    );
  }

  async #handPrepared(subscriber: Subscriber, news: readonly News[], ready: Promise<void>): Promise<void> {
    try {
      await ready;
    } catch (failure) {
      this.#close(subscriber);
      subscriber.receiver.end(failure);
      return;
    }
    if (!subscriber.closed) await this.#hand(subscriber, news);
  }

  #hand(subscriber: Subscriber, news: readonly News[]): Promise<void> | undefined {
    try {
      return subscriber.receiver.deliver(news);
    } catch (failure) {
      this.#parts.log.error('a watch failed', { failure, resource: this.#definition.resource });
      this.#close(subscriber);
      subscriber.receiver.end(failure);
      return undefined;
    }
  }

  #hold(subscriber: Subscriber, until: Promise<void>): void {
    subscriber.held = true;
    const release = () => {
      subscriber.held = false;
      if (subscriber.pending !== undefined) this.#touch(subscriber);
    };
    until.then(release, release);
  }

  /** Too slow: better to end it, so that the client starts again, than to keep everything for it. */
  #cutOff(subscriber: Subscriber): void {
    this.#parts.log.info('a slow watch was cut off', { resource: this.#definition.resource });
    this.#close(subscriber);
    subscriber.receiver.end();
  }

  async #sendInitial(subscriber: Subscriber, view: View): Promise<void> {
    const { plan, receiver } = subscriber;
    const { selection } = plan;
    const isSelected = ({ object }: Entry) => selection.everything || selection.matches(object);
    const converts = this.#definition.stored?.prepare !== undefined;
    const selected = async (all: News[]): Promise<News[]> => {
      if (!converts) return all;
      await this.#prepared(all);
      return all.filter(({ entry }) => entry === undefined || isSelected(entry));
    };
    let batch: News[] = [];
    for (const entry of rangeOf(this.#definition, view, selection)) {
      if (subscriber.closed) return;
      if (!converts && !isSelected(entry)) continue;
      batch.push(presentNews(entry));
      if (batch.length < INITIAL_SLICE) continue;
      await receiver.deliver(await selected(batch));
      batch = [];
      await new Promise<void>((resolve) => this.#parts.turns.post(resolve, 'watch'));
    }
    batch = [...(await selected(batch)), ...(plan.bookmarks ? [initialEnd(view.revision)] : [])];
    if (batch.length > 0 && !subscriber.closed) await receiver.deliver(batch);
    subscriber.held = false;
    if (subscriber.pending !== undefined) this.#touch(subscriber);
  }
}
