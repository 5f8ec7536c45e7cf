import type { Problem } from '#core/machinery/status';

/**
 * What a check of a value found. Problems are told once, by their text; of several schemas of which one must hold the one with
 * the most matches is thought to be the one that was meant.
 */
export class Outcome {
  readonly #problems = new Map<string, Problem>();
  matches = 0;

  get isGood(): boolean {
    return this.#problems.size === 0;
  }

  get problems(): Iterable<Problem> {
    return this.#problems.values();
  }

  /** `text` is what the original knows the problem by. */
  refuse(text: string, problem: Problem): void {
    if (!this.#problems.has(text)) this.#problems.set(text, problem);
  }

  /** The same without its problems: nothing changed that could have been better. */
  settled(): Outcome {
    const outcome = new Outcome();
    outcome.matches = this.matches;
    return outcome;
  }

  take(other: Outcome): void {
    for (const [text, problem] of other.#problems) this.refuse(text, problem);
    this.matches += other.matches;
  }
}
