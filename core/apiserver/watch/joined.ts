import { concat } from '#core/base';
import { frameOf, type WatchFormat } from './frames.ts';
import type { News } from './news.ts';

/** News that were told together, in one format, and what they are as one piece of bytes. */
export interface Run {
  readonly format: string;
  readonly news: readonly News[];
  bytes: Uint8Array | undefined;
}

/**
 * Several pieces of news as one piece of bytes, joined once for all who are told the same: to write one piece to a stream
 * costs less than many. `undefined` for the first who asks, since it may be the only one, and beyond `limit` bytes.
 */
export function joined(format: WatchFormat, news: readonly News[], limit: number): Uint8Array | undefined {
  const last = news[news.length - 1]!;
  // Nobody else is told this.
  if (last.frames === undefined) return undefined;
  const { run } = last;
  if (run === undefined || run.format !== format.id || !sameNews(run.news, news)) {
    last.run = { format: format.id, news, bytes: undefined };
    return undefined;
  }
  if (run.bytes !== undefined) return run.bytes;
  const frames = news.map((one) => frameOf(format, one, false));
  if (frames.reduce((sum, { length }) => sum + length, 0) > limit) return undefined;
  return (run.bytes = concat(frames));
}

function sameNews(some: readonly News[], others: readonly News[]): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false;
  return true;
}
