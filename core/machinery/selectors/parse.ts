import { qualifiedNameProblems } from '#core/machinery/names';
import { type Operator, type Requirement, requirementProblems } from './requirement.ts';

/** Text that is no selector; the message is meant for the client. */
export class SelectorFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SelectorFailure';
  }
}

type Kind = 'word' | 'end' | '(' | ')' | ',' | '!' | '=' | '==' | '!=' | '<' | '>' | 'in' | 'notin';

interface Token {
  readonly kind: Kind;
  readonly text: string;
}

const END: Token = { kind: 'end', text: '' };
const tokenForm = /[ \t\r\n]*(?:(==|!=|[=!(),<>])|([^ \t\r\n=!(),<>]+))/y;

function tokens(text: string): readonly Token[] {
  const list: Token[] = [];
  tokenForm.lastIndex = 0;
  for (let match = tokenForm.exec(text); match !== null; match = tokenForm.exec(text)) {
    const word = match[2];
    if (word === undefined) list.push({ kind: match[1] as Kind, text: match[1]! });
    else list.push({ kind: word === 'in' || word === 'notin' ? word : 'word', text: word });
  }
  return list;
}

const operators: Readonly<Partial<Record<Kind, Operator>>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};

/**
 * `x in (a,b),y,!z,w!=1` as requirements, ordered by key. Throws a SelectorFailure.
 * Upstream: apimachinery/pkg/labels/selector.go.
 */
export function parseRequirements(text: string): readonly Requirement[] {
  const list = tokens(text);
  let at = 0;
  const peek = (): Token => list[at] ?? END;
  const take = (): Token => list[at++] ?? END;
  /** Within values `in` and `notin` are words like any other. */
  const isWord = ({ kind }: Token): boolean => kind === 'word' || kind === 'in' || kind === 'notin';

  function valueList(): readonly string[] {
    const open = take();
    if (open.kind !== '(') throw new SelectorFailure(`found '${open.text}' expected: '('`);
    const values = new Set<string>();
    const first = peek();
    if (first.kind === ')') {
      take();
      return [''];
    }
    if (!isWord(first) && first.kind !== ',') {
      throw new SelectorFailure(`found '${first.text}', expected: ',', ')' or identifier`);
    }
    for (;;) {
      const token = take();
      const next = peek();
      if (isWord(token)) {
        values.add(token.text);
        if (next.kind !== ',' && next.kind !== ')') {
          throw new SelectorFailure(`found '${next.text}', expected: ',' or ')'`);
        }
      } else if (token.kind === ',') {
        if (values.size === 0 || next.kind === ',' || next.kind === ')') values.add('');
      } else throw new SelectorFailure(`found '${token.text}', expected: ',', or identifier`);
      if (next.kind === ')') break;
    }
    take();
    return [...values].toSorted();
  }

  function exactValue(): readonly string[] {
    const next = peek();
    if (next.kind === 'end' || next.kind === ',') return [''];
    take();
    if (!isWord(next)) throw new SelectorFailure(`found '${next.text}', expected: identifier`);
    return [next.text];
  }

  function requirement(): Requirement {
    let token = take();
    const negated = token.kind === '!';
    if (negated) token = take();
    if (!isWord(token)) throw new SelectorFailure(`found '${token.text}', expected: identifier`);
    const key = token.text;
    const keyProblems = qualifiedNameProblems(key);
    if (keyProblems.length > 0) {
      throw new SelectorFailure(`<nil>: Invalid value: ${JSON.stringify(key)}: ${keyProblems.join('; ')}`);
    }
    const next = peek();
    if (negated) return { key, operator: '!', values: [] };
    if (next.kind === 'end' || next.kind === ',') return { key, operator: 'exists', values: [] };
    take();
    const operator = operators[next.kind];
    if (operator === undefined) {
      throw new SelectorFailure(`found '${next.text}', expected: in, notin, =, ==, !=, gt, lt`);
    }
    const values = operator === 'in' || operator === 'notin' ? valueList() : exactValue();
    return { key, operator, values };
  }

  const requirements: Requirement[] = [];
  while (peek().kind !== 'end') {
    const start = peek();
    if (!isWord(start) && start.kind !== '!') {
      throw new SelectorFailure(`found '${start.text}', expected: !, identifier, or 'end of string'`);
    }
    try {
      const one = requirement();
      const problems = requirementProblems(one);
      const texts = problems.map(({ path, message }) => `${path}: ${message}`);
      if (texts.length > 0) throw new SelectorFailure(texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`);
      requirements.push(one);
    } catch (failure) {
      if (!(failure instanceof SelectorFailure)) throw failure;
      throw new SelectorFailure(`unable to parse requirement: ${failure.message}`);
    }
    const after = take();
    if (after.kind === 'end') break;
    if (after.kind !== ',') throw new SelectorFailure(`found '${after.text}', expected: ',' or 'end of string'`);
    const following = peek();
    if (!isWord(following) && following.kind !== '!') {
      throw new SelectorFailure(`found '${following.text}', expected: identifier after ','`);
    }
  }
  return requirements.toSorted((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0));
}
