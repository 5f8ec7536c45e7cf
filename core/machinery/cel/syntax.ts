import type { RuleName } from './grammar.ts';
import type { Tokens } from './lexer.ts';
import { chooseAlternative, goesOn, type NoWay } from './predict.ts';
import { Given, Stuck, tokenWalk, type Where } from './recovery.ts';
import type { Fault } from './source.ts';
import { grammarSteps, type Step } from './steps.ts';
import type { Token } from './tokens.ts';

/** What a rule made of tokens; parts may be missing where the text is faulty. */
export interface Tree {
  /** The alternative that was chosen, else the rule. */
  name: string;
  readonly start: Token;
  readonly parts: Map<string, (Token | Tree)[]>;
}

const DEEPEST = 250;

/** A rule at work: its tree so far, which suffixes wrap. */
interface Work {
  readonly rule: RuleName;
  readonly precedence: number;
  readonly caller: (Step & { is: 'rule' }) | undefined;
  tree: Tree;
}

/** Steps of a rule, or of a body in it, and how far the walk is. */
interface Frame {
  readonly steps: readonly Step[];
  next: number;
  /** What the steps are a round of. */
  readonly loop: Step | undefined;
  readonly work: Work;
}

const isTree = (part: Token | Tree): part is Tree => 'parts' in part;

/**
 * Walks the grammar along the tokens, by a stack of its own: nesting is bounded by a count, not by the engine's stack.
 * Undefined where the parse was given up.
 */
export function parseTokens(text: string, tokens: Tokens, faults: Fault[]): Tree | undefined {
  const steps = grammarSteps();
  const depths = new Map<RuleName, number>();
  const where: Where = { here: steps.start[0]!, callers: [] };
  const { token, ahead, match, synchronise, recover, noWay, giveUp } = tokenWalk(text, tokens, where, faults);

  const decided = <T>(choice: T | NoWay): T => {
    if (typeof choice === 'object') throw noWay(choice as NoWay);
    return choice;
  };
  const add = (tree: Tree, label: string | undefined, part: Token | Tree): void => {
    if (label === undefined) return;
    const known = tree.parts.get(label);
    if (known) known.push(part);
    else tree.parts.set(label, [part]);
  };

  /** What is being walked, the innermost last: rules, and within them bodies. */
  const frames: Frame[] = [];
  const work = (): Work => frames.at(-1)!.work;
  function begin(rule: RuleName, precedence: number, caller: (Step & { is: 'rule' }) | undefined): void {
    const depth = (depths.get(rule) ?? 0) + 1;
    depths.set(rule, depth);
    if (depth > DEEPEST) giveUp(`expression recursion limit exceeded: ${DEEPEST}`);
    if (caller) where.callers.push(caller);
    const tree: Tree = { name: rule, start: token(1), parts: new Map() };
    frames.push({ steps: steps[rule], next: 0, loop: undefined, work: { rule, precedence, caller, tree } });
  }
  /** Ends the innermost rule, wherever in it the walk is. */
  function end(): Tree {
    const { rule, caller, tree } = work();
    while (frames.pop()!.steps !== steps[rule]);
    depths.set(rule, depths.get(rule)! - 1);
    if (caller) {
      where.callers.pop();
      where.here = caller;
      add(work().tree, caller.label, tree);
    }
    return tree;
  }
  const enter = (body: readonly Step[], loop?: Step): void =>
    void frames.push({ steps: body, next: 0, loop, work: work() });
  const again = (step: Step & { is: 'star' | 'plus' }): boolean =>
    decided(goesOn(step.choice, step.body, step.next?.look ?? step.look, ahead));
  /** Whether a suffix follows; what there is becomes part of a tree for it. */
  function hasSuffix({ alternatives, strength }: Step & { is: 'suffixes' }): boolean {
    const { rule, precedence, tree } = work();
    const strong = [...alternatives.bodies].filter(([name]) => strength[name]! >= precedence);
    if (!strong.some(([, body]) => body[0]!.look.kinds.has(ahead(1)))) return false;
    work().tree = { name: rule, start: tree.start, parts: new Map([['left', [tree]]]) };
    return true;
  }
  function walk(step: Step): void {
    where.here = step;
    if (step.is === 'token') add(work().tree, step.label, match(step));
    else if (step.is === 'rule') begin(step.rule, step.precedence, step);
    else if (step.is === 'suffixes') {
      if (hasSuffix(step)) enter([step.alternatives], step);
    } else {
      synchronise();
      if (step.is === 'opt') {
        if (step.body[0]!.look.kinds.has(ahead(1))) enter(step.body);
      } else if (step.is === 'alt') {
        work().tree.name = decided(chooseAlternative(step, ahead));
        enter(step.bodies.get(work().tree.name)!);
      } else if (step.is !== 'loop' && (step.is === 'plus' || again(step))) enter(step.body, step);
    }
  }
  /** The body of a loop is done: is there another round? */
  function turns(loop: Step): boolean {
    if (loop.is === 'suffixes') {
      where.here = loop;
      return hasSuffix(loop);
    }
    if (loop.is !== 'star' && loop.is !== 'plus') return false;
    where.here = loop.back;
    synchronise();
    return again(loop);
  }
  function advance(frame: Frame): void {
    const step = frame.steps[frame.next];
    if (step) {
      frame.next++;
      walk(step);
    } else if (frame.loop && turns(frame.loop)) frame.next = 0;
    else frames.pop();
  }

  try {
    begin('start', 0, undefined);
    for (;;) {
      const frame = frames.at(-1)!;
      const isOver = frame.steps === steps[frame.work.rule] && frame.next === frame.steps.length;
      try {
        if (!isOver) {
          advance(frame);
          continue;
        }
      } catch (error) {
        if (!(error instanceof Stuck)) throw error;
        recover(error);
      }
      const tree = end();
      if (frames.length === 0) return tree;
    }
  } catch (error) {
    if (!(error instanceof Given)) throw error;
    return undefined;
  }
}

/** The first part under a label that is a tree. */
export function treeOf(tree: Tree | undefined, label: string, n = 0): Tree | undefined {
  const part = tree?.parts.get(label)?.[n];
  return part && isTree(part) ? part : undefined;
}

/** A part under a label that is a token. */
export function tokenOf(tree: Tree | undefined, label: string, n = 0): Token | undefined {
  const part = tree?.parts.get(label)?.[n];
  return part && !isTree(part) ? part : undefined;
}
