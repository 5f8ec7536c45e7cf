import type { Clock } from '#core/base';

/** What is to be said of an object, before it is known whether it has been said before. */
export interface Said {
  /** The object, as a key: kind, namespace, name, uid, field. */
  readonly about: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** What becomes of it. */
export type Verdict<E> =
  /** Too much was said of this object lately. */
  | { readonly is: 'dropped' }
  /** Say it, with this message (which may stand for several similar ones). Tell `remember` what was written. */
  | { readonly is: 'new'; readonly message: string; remember(written: E): void }
  /** It was said before: count it there. */
  | { readonly is: 'again'; readonly message: string; readonly before: E; remember(written: E): void };

/** Bounds of what one component says. Upstream: client-go/tools/record/events_cache.go. */
const MOST_REMEMBERED = 4096;
const SIMILAR_BEFORE_COMBINED = 10;
const SIMILAR_WITHIN = 600_000;
const BURST = 25;
/** Milliseconds until one more may be said of an object. */
const REFILL = 300_000;

/** Decides for each event whether it is new, a repetition or too much. Keeps a bounded memory; the least recent is forgotten. */
export function correlator<E>(clock: Clock): (said: Said) => Verdict<E> {
  const written = recent<{ event: E }>();
  const similar = recent<{ readonly messages: Set<string>; last: number }>();
  const allowance = recent<{ tokens: number; at: number }>();

  const spends = (about: string): boolean => {
    const now = clock.monotonic();
    const account = allowance.get(about, () => ({ tokens: BURST, at: now }));
    account.tokens = Math.min(BURST, account.tokens + (now - account.at) / REFILL);
    account.at = now;
    if (account.tokens < 1) return false;
    account.tokens--;
    return true;
  };

  return ({ about, type, reason, message }) => {
    const now = clock.monotonic();
    const kin = `${about}\n${type}\n${reason}`;
    const group = similar.get(kin, () => ({ messages: new Set(), last: now }));
    if (now - group.last > SIMILAR_WITHIN) group.messages.clear();
    group.last = now;
    group.messages.add(message);
    const combined = group.messages.size >= SIMILAR_BEFORE_COMBINED;
    // The set only has to tell "many" from "few".
    if (group.messages.size > SIMILAR_BEFORE_COMBINED) group.messages.delete(group.messages.values().next().value!);
    const text = combined ? `(combined from similar events): ${message}` : message;
    const key = combined ? kin : `${kin}\n${message}`;
    if (!spends(about)) return { is: 'dropped' };
    const remember = (event: E) => {
      written.get(key, () => ({ event })).event = event;
    };
    const before = written.peek(key);
    return before === undefined
      ? { is: 'new', message: text, remember }
      : { is: 'again', message: text, before: before.event, remember };
  };
}

/** A map of bounded size that forgets what was not asked for the longest. */
function recent<V>() {
  const map = new Map<string, V>();
  return {
    peek: (key: string): V | undefined => map.get(key),
    get(key: string, make: () => V): V {
      const value = map.get(key) ?? make();
      map.delete(key);
      map.set(key, value);
      if (map.size > MOST_REMEMBERED) map.delete(map.keys().next().value!);
      return value;
    },
  };
}
