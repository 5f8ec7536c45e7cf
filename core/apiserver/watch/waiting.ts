import type { Subscriber } from './subscriber.ts';

/**
 * The watches that have something to be told, first come first served, each once. The list runs through the subscribers
 * themselves: a write to a thousand watchers allocates nothing here.
 */
export class Waiting {
  #first: Subscriber | undefined;
  #last: Subscriber | undefined;

  get empty(): boolean {
    return this.#first === undefined;
  }

  /** Puts it at the end, unless it waits already. */
  add(subscriber: Subscriber): void {
    if (subscriber.waits) return;
    subscriber.waits = true;
    if (this.#last === undefined) this.#first = subscriber;
    else this.#last.next = subscriber;
    this.#last = subscriber;
  }

  /** Takes the first. */
  take(): Subscriber | undefined {
    const subscriber = this.#first;
    if (subscriber === undefined) return undefined;
    this.#first = subscriber.next;
    if (this.#first === undefined) this.#last = undefined;
    subscriber.next = undefined;
    subscriber.waits = false;
    return subscriber;
  }
}
