import type { Revision } from '#core/store';
import type { ChangeNews, News } from './news.ts';
import type { WatchPlan } from './plan.ts';
import type { Selection } from './selection.ts';

/** Who gets the news: a stream that writes frames, or a sink within the process. */
export interface Receiver {
  /** All of it in order, at once. A promise means: not more before it settles. */
  deliver(news: readonly News[]): Promise<void> | undefined;
  /** No more will come. `failure` is told to the client as an ERROR event first. */
  end(failure?: unknown): void;
}

/** One open watch. */
export class Subscriber {
  readonly plan: WatchPlan;
  readonly receiver: Receiver;
  /** Everything up to here was seen. */
  position: Revision;
  /** Not delivered yet; `undefined` for nothing, as most of the time. */
  pending: News[] | undefined;
  /** Nothing may be delivered now: the initial events are on their way, or the receiver is behind. */
  held = false;
  /** In the list of those to be delivered to, before `next`. */
  waits = false;
  next: Subscriber | undefined;
  closed = false;

  constructor(plan: WatchPlan, receiver: Receiver, position: Revision) {
    this.plan = plan;
    this.receiver = receiver;
    this.position = position;
  }

  get selection(): Selection {
    return this.plan.selection;
  }

  /** Takes note of a change if it concerns this watch; tells whether it does. */
  note(news: ChangeNews): boolean {
    const { change } = news;
    if (change.revision <= this.position || this.closed) return false;
    this.position = change.revision;
    const own = seenBy(this.plan.selection, news);
    if (own === undefined) return false;
    this.add(own);
    return true;
  }

  /** Takes note of what came before all that it was told so far. */
  recall(past: readonly ChangeNews[]): void {
    const own = past.flatMap((news) => seenBy(this.plan.selection, news) ?? []);
    if (own.length > 0 && !this.closed) this.pending = [...own, ...(this.pending ?? [])];
  }

  /** One piece of news is the rule: a list that is made for it is as short. */
  add(news: News): void {
    if (this.pending === undefined) this.pending = [news];
    else this.pending.push(news);
  }
}

/** What a change looks like to one who selects: entering the selection is ADDED, leaving it DELETED. */
export function seenBy(selection: Selection, news: ChangeNews): News | undefined {
  if (selection.everything) return news.plain();
  const { entry, previous } = news.change;
  const now = entry !== undefined && selection.matches(entry.object);
  const before = previous !== undefined && selection.matches(previous.object);
  if (now) return before ? news.modified() : news.added();
  return before ? news.deleted() : undefined;
}
