import type { Choice } from './grammar.ts';
import type { Look, Step } from './steps.ts';
import type { Kind } from './tokens.ts';

/** The kind of the n-th token from here, the next being 1. */
export type Ahead = (n: number) => Kind;

/** Nothing fits; the token that showed it is the n-th from here. */
export interface NoWay {
  readonly at: number;
}

type Chosen = string | NoWay;

const isNumber = (kind: Kind): boolean => kind === 'NUM_INT' || kind === 'NUM_FLOAT';

/** A name, a call, or a message: names may go on for long before a brace tells that they are a message's. */
function named(ahead: Ahead): Chosen {
  let n = ahead(1) === "'.'" ? 2 : 1;
  if (ahead(n) !== 'IDENTIFIER') return { at: n };
  if (ahead(n + 1) === "'('") return 'GlobalCall';
  while (ahead(n + 1) === "'.'" && ahead(n + 2) === 'IDENTIFIER') n += 2;
  return ahead(n + 1) === "'{'" ? 'CreateMessage' : 'Ident';
}

function suffix(ahead: Ahead): Chosen {
  if (ahead(1) === "'['") return 'Index';
  const second = ahead(2);
  if (second === "'?'" || second === 'ESC_IDENTIFIER') return 'Select';
  if (second !== 'IDENTIFIER') return { at: 2 };
  return ahead(3) === "'('" ? 'MemberCall' : 'Select';
}

/** Which alternative comes next. Where more than one could, the first of them does. */
export function chooseAlternative(step: Step & { is: 'alt' }, ahead: Ahead): Chosen {
  const first = ahead(1);
  const { choice } = step;
  if (choice === 'suffix') return suffix(ahead);
  if (choice === 'primary' && (first === "'.'" || first === 'IDENTIFIER')) return named(ahead);
  if (first === "'-'" && choice === 'literal') {
    if (!isNumber(ahead(2))) return { at: 2 };
    return ahead(2) === 'NUM_INT' ? 'Int' : 'Double';
  }
  if (first === "'-'" && choice === 'unary') {
    if (isNumber(ahead(2))) return 'MemberExpr';
    return step.look.kinds.has(ahead(2)) && ahead(2) !== "'!'" ? 'Negate' : { at: 2 };
  }
  for (const [name, [begin]] of step.bodies) if (begin?.look.kinds.has(first)) return name;
  return { at: 1 };
}

/** Whether a loop goes round once more. */
export function goesOn(choice: Choice | undefined, body: readonly Step[], end: Look, ahead: Ahead): boolean | NoWay {
  const begin = body[0]!.look.kinds;
  if (!begin.has(ahead(1))) return choice !== 'minus' || end.kinds.has(ahead(1)) ? false : { at: 1 };
  if (choice === 'comma') return body[1]!.look.kinds.has(ahead(2));
  if (choice === 'minus') return end.kinds.has(ahead(2)) ? true : { at: 2 };
  return true;
}
