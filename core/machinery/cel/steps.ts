import { type Choice, type Element, GRAMMAR, type Rule, type RuleName } from './grammar.ts';
import type { Kind } from './tokens.ts';

/** A set of tokens that may come; `end` says that the rule may also be over. */
export interface Look {
  readonly kinds: ReadonlySet<Kind>;
  readonly end: boolean;
}

interface Place {
  /** What follows in the same rule; undefined at its end. */
  readonly next: Step | undefined;
  readonly look: Look;
}

/** The way back of a loop: another round, or what follows. */
export interface LoopStep extends Place {
  readonly is: 'loop';
}

/** An element of the grammar at its place. */
export type Step = Place &
  (
    | { readonly is: 'token'; readonly kinds: ReadonlySet<Kind>; readonly label?: string }
    | { readonly is: 'rule'; readonly rule: RuleName; readonly precedence: number; readonly label?: string }
    | { readonly is: 'opt'; readonly body: readonly Step[] }
    | {
        readonly is: 'star' | 'plus';
        readonly body: readonly Step[];
        readonly back: LoopStep;
        readonly choice?: Choice;
      }
    | { readonly is: 'alt'; readonly bodies: ReadonlyMap<string, readonly Step[]>; readonly choice?: Choice }
    | {
        readonly is: 'suffixes';
        readonly alternatives: Step & { is: 'alt' };
        readonly strength: Record<string, number>;
      }
    | { readonly is: 'loop' }
  );

const END: Look = { kinds: new Set(), end: true };
const lookAt = (step: Step | undefined): Look => step?.look ?? END;
const union = (looks: readonly Look[]): Look => ({
  kinds: new Set(looks.flatMap(({ kinds }) => [...kinds])),
  end: looks.some(({ end }) => end),
});
const after = (first: Look, next: Look): Look => (first.end ? union([{ ...first, end: false }, next]) : first);

/** The steps of every rule. */
export type Steps = Readonly<Record<RuleName, readonly Step[]>>;

/**
 * Lays the grammar out as steps. What may come at a step is found on demand: rules mention each other, but none begins
 * with itself.
 */
function build(): Steps {
  const steps = {} as Record<RuleName, readonly Step[]>;
  const lazily = <T extends object>(step: T, look: () => Look): T & { readonly look: Look } => {
    let known: Look | undefined;
    return Object.defineProperty(step, 'look', { get: () => (known ??= look()) }) as T & { readonly look: Look };
  };
  const beginning = (name: RuleName) => lookAt(steps[name][0]);

  function lay(elements: readonly Element[], next: Step | undefined): readonly Step[] {
    const laid: Step[] = [];
    for (const element of elements.toReversed()) {
      next = one(element, next);
      laid.unshift(next);
    }
    return laid;
  }
  function loop(
    kind: 'star' | 'plus',
    elements: readonly Element[],
    choice: Choice | undefined,
    next: Step | undefined,
  ) {
    const back = lazily({ is: 'loop' as const, next }, () => union([lookAt(body[0]), lookAt(next)]));
    const body: readonly Step[] = lay(elements, back);
    return lazily({ is: kind, body, back, next, ...(choice && { choice }) }, () =>
      kind === 'plus' ? lookAt(body[0]) : back.look,
    );
  }
  function alternatives(
    all: Readonly<Record<string, readonly Element[]>>,
    choice: Choice | undefined,
    next: Step | undefined,
  ) {
    const bodies = new Map(Object.entries(all).map(([name, elements]) => [name, lay(elements, next)]));
    return lazily({ is: 'alt' as const, bodies, next, ...(choice && { choice }) }, () =>
      union([...bodies.values()].map((body) => lookAt(body[0]))),
    );
  }
  function one(element: Element, next: Step | undefined): Step {
    if ('token' in element) {
      const kinds = new Set(typeof element.token === 'string' ? [element.token] : element.token);
      return lazily({ is: 'token' as const, kinds, next, ...(element.label && { label: element.label }) }, () => ({
        kinds,
        end: false,
      }));
    }
    if ('rule' in element) {
      const { rule, label, precedence = 0 } = element;
      return lazily({ is: 'rule' as const, rule, precedence, next, ...(label && { label }) }, () =>
        after(beginning(rule), lookAt(next)),
      );
    }
    if ('opt' in element) {
      const body = lay(element.opt, next);
      return lazily({ is: 'opt' as const, body, next }, () => union([lookAt(body[0]), lookAt(next)]));
    }
    if ('star' in element) return loop('star', element.star, element.choice, next);
    if ('plus' in element) return loop('plus', element.plus, element.choice, next);
    return alternatives(element.alt, element.choice, next);
  }
  function suffixes(all: NonNullable<Rule['suffixes']>): Step {
    const back: LoopStep = lazily({ is: 'loop' as const, next: undefined }, () => union([inner.look, END]));
    const choice: Choice | undefined = all.alternatives['Select'] && 'suffix';
    const inner: Step & { is: 'alt' } = alternatives(all.alternatives, choice, back);
    return lazily(
      { is: 'suffixes' as const, alternatives: inner, strength: all.strength, next: undefined },
      () => back.look,
    );
  }
  for (const [name, rule] of Object.entries(GRAMMAR) as [RuleName, Rule][]) {
    const last = rule.suffixes && suffixes(rule.suffixes);
    steps[name] = [...lay(rule.first, last), ...(last ? [last] : [])];
  }
  return steps;
}

let laid: Steps | undefined;

export function grammarSteps(): Steps {
  laid ??= build();
  return laid;
}
