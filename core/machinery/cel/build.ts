import type { Call, Expression, FieldEntry, MapEntry } from './ast.ts';
import { literalOf } from './literals.ts';
import { type Expanded, expanded, type Macros } from './macros.ts';
import { AND, CONDITIONAL, INDEX, NEGATE, NOT, OPERATORS, OPTIONAL_INDEX, OPTIONAL_SELECT, OR } from './operators.ts';
import type { Fault } from './source.ts';
import { tokenOf, type Tree, treeOf } from './syntax.ts';

const RESERVED = new Set(
  'as break const continue else false for function if import in let loop package namespace null return true var void while'.split(
    ' ',
  ),
);

/** Rules that may only hold another, and what tells that they do more. */
const THROUGH: Readonly<Record<string, string>> = {
  start: '',
  expr: 'op',
  conditionalOr: "'||'",
  conditionalAnd: "'&&'",
  relation: '',
  calc: '',
  member: '',
  MemberExpr: '',
  Nested: '',
  ConstantLiteral: '',
  optExpr: '',
};

/** The tree that a tree only holds; one whose suffix was none is what came before. */
function innermost(tree: Tree | undefined): Tree | undefined {
  while (tree && Object.hasOwn(THROUGH, tree.name) && !tree.parts.has(THROUGH[tree.name]!)) {
    tree = treeOf(tree, 'e') ?? treeOf(tree, 'left');
  }
  return tree;
}

const DEEPEST = 250;
const DEEP = new Set(['expr', 'Relation', 'Product', 'Sum', 'Select', 'MemberCall', 'Index']);

/**
 * Makes the expression of a parse, macros expanded. Parts that a fault left out become nothing; what is wrong beyond
 * the grammar becomes a fault. Upstream: cel-go/parser/parser.go (the visitor).
 */
export function buildExpression(root: Tree, macros: Macros, faults: Fault[]): Expression {
  let depth = 0;
  const nothing = (at = -1): Expression => ({ is: 'nothing', at });
  const refuse = (at: number, message: string): Expression => {
    faults.push({ at, message });
    return nothing(at);
  };
  const several = (tree: Tree | undefined, label: string): Expression[] =>
    (tree?.parts.get(label) ?? []).map((_, n) => of(treeOf(tree, label, n)));
  const call = (at: number, name: string, ...args: Expression[]): Expression => called({ is: 'call', at, name, args });

  function called(made: Call): Expression {
    const result: Expanded = expanded(macros, made);
    return 'message' in result ? refuse(result.at, result.message) : result;
  }

  /** A chain of equal operators as a balanced tree: long ones are not deep. */
  function balanced(name: string, terms: Expression[], ats: number[]): Expression {
    if (terms.length === 1) return terms[0]!;
    const middle = ats.length >> 1;
    const left = balanced(name, terms.slice(0, middle + 1), ats.slice(0, middle));
    const right = balanced(name, terms.slice(middle + 1), ats.slice(middle + 1));
    return { is: 'call', at: ats[middle]!, name, args: [left, right] };
  }
  function chain(tree: Tree, separator: string, name: string): Expression {
    const ats = (tree.parts.get(separator) ?? []).map((_, n) => tokenOf(tree, separator, n)!.start);
    const terms = several(tree, 'e');
    if (ats.length >= terms.length && ats.length > 0) {
      return refuse(tree.start.start, `unexpected character, wanted '${separator.slice(1, -1)}'`);
    }
    return balanced(name, terms, ats);
  }
  function conditional(tree: Tree): Expression {
    const condition = of(treeOf(tree, 'e'));
    const at = tokenOf(tree, 'op')!.start;
    return call(at, CONDITIONAL, condition, of(treeOf(tree, 'e1')), of(treeOf(tree, 'e2')));
  }
  function infix(tree: Tree): Expression {
    const op = tokenOf(tree, 'op');
    if (op === undefined) return nothing();
    return call(op.start, OPERATORS[op.text]!, of(treeOf(tree, 'left')), of(treeOf(tree, 'right')));
  }
  function prefix(tree: Tree, name: string): Expression {
    const member = of(treeOf(tree, 'e'));
    const ops = tree.parts.get('ops')?.length ?? 0;
    return ops % 2 === 0 ? member : call(tokenOf(tree, 'ops')!.start, name, member);
  }
  /** A name behind a dot or of a field; undefined, and a fault, if it is none. */
  function fieldName(tree: Tree | undefined, at: number): string | undefined {
    const id = tokenOf(tree, 'id');
    if (tree?.name === 'SimpleIdentifier' && id) return id.text;
    const escaped = tree?.name === 'EscapedIdentifier';
    faults.push({ at, message: escaped ? "unsupported syntax: '`'" : 'unsupported ident kind' });
    return undefined;
  }
  function select(tree: Tree): Expression {
    const operand = of(treeOf(tree, 'left'));
    const [op, id] = [tokenOf(tree, 'op'), treeOf(tree, 'id')];
    if (op === undefined || id === undefined) return nothing(tree.start.start);
    const field = fieldName(id, id.start.start) ?? '';
    if (tokenOf(tree, 'opt') === undefined) return { is: 'select', at: op.start, operand, field, test: false };
    const name: Expression = { is: 'literal', at: id.start.start, literal: { type: 'string', value: field } };
    return { is: 'call', at: op.start, name: OPTIONAL_SELECT, args: [operand, name] };
  }
  function memberCall(tree: Tree): Expression {
    const target = of(treeOf(tree, 'left'));
    const [id, open] = [tokenOf(tree, 'id'), tokenOf(tree, 'open')];
    if (id === undefined || open === undefined) return nothing(tree.start.start);
    return called({ is: 'call', at: open.start, name: id.text, target, args: several(treeOf(tree, 'args'), 'e') });
  }
  function index(tree: Tree): Expression {
    const target = of(treeOf(tree, 'left'));
    const op = tokenOf(tree, 'op');
    if (op === undefined) return nothing(tree.start.start);
    const name = tokenOf(tree, 'opt') ? OPTIONAL_INDEX : INDEX;
    return call(op.start, name, target, of(treeOf(tree, 'index')));
  }
  function named(tree: Tree): Expression {
    const id = tokenOf(tree, 'id');
    if (id === undefined) return nothing(tree.start.start);
    if (RESERVED.has(id.text)) return refuse(tree.start.start, `reserved identifier: ${id.text}`);
    const name = (tokenOf(tree, 'dot') ? '.' : '') + id.text;
    if (tree.name === 'Ident') return { is: 'ident', at: id.start, name };
    const open = tokenOf(tree, 'op');
    if (open === undefined) return nothing(tree.start.start);
    return call(open.start, name, ...several(treeOf(tree, 'args'), 'e'));
  }
  function list(tree: Tree): Expression {
    const elems = treeOf(tree, 'elems');
    const elements = several(elems, 'elems');
    const optional = new Set(elements.keys().filter((n) => tokenOf(treeOf(elems, 'elems', n), 'opt')));
    return { is: 'list', at: tokenOf(tree, 'op')?.start ?? tree.start.start, elements, optional };
  }
  function map(tree: Tree): Expression {
    const inside = treeOf(tree, 'entries');
    const entries: MapEntry[] = [];
    for (const n of (inside?.parts.get('cols') ?? []).keys()) {
      const key = treeOf(inside, 'keys', n);
      const optional = tokenOf(key, 'opt') !== undefined;
      entries.push({
        at: tokenOf(inside, 'cols', n)!.start,
        key: of(key),
        value: of(treeOf(inside, 'values', n)),
        optional,
      });
    }
    return { is: 'map', at: tokenOf(tree, 'op')?.start ?? tree.start.start, entries };
  }
  function message(tree: Tree): Expression {
    const inside = treeOf(tree, 'entries');
    const fields: FieldEntry[] = [];
    for (const n of (inside?.parts.get('fields') ?? []).keys()) {
      const field = treeOf(inside, 'fields', n);
      const at = tokenOf(inside, 'cols', n)?.start;
      if (at === undefined) break;
      const name = fieldName(treeOf(field, 'id'), inside!.start.start);
      if (name === undefined) continue;
      fields.push({ at, name, value: of(treeOf(inside, 'values', n)), optional: tokenOf(field, 'opt') !== undefined });
    }
    const names = (tree.parts.get('ids') ?? []).map((_, n) => tokenOf(tree, 'ids', n)!.text).join('.');
    const type = (tokenOf(tree, 'dot') ? '.' : '') + names;
    return { is: 'struct', at: tokenOf(tree, 'op')?.start ?? tree.start.start, type, fields };
  }
  function literal(tree: Tree): Expression {
    const token = tokenOf(tree, 'tok');
    if (token === undefined) return nothing(tree.start.start);
    const value = literalOf(tree.name, token, tokenOf(tree, 'sign')?.text);
    if ('detail' in value) return refuse(tree.start.start, value.detail);
    return { is: 'literal', at: tree.start.start, literal: value };
  }

  function of(outer: Tree | undefined): Expression {
    const tree = innermost(outer);
    if (tree === undefined) return nothing();
    if (!DEEP.has(tree.name)) return made(tree);
    if (++depth > DEEPEST) return tooDeep();
    const expression = made(tree);
    depth--;
    return expression;
  }
  function tooDeep(): Expression {
    if (depth === DEEPEST + 1) faults.push({ at: undefined, message: 'max recursion depth exceeded' });
    depth = Infinity;
    return nothing();
  }
  function made(tree: Tree): Expression {
    switch (tree.name) {
      case 'expr':
        return conditional(tree);
      case 'conditionalOr':
        return chain(tree, "'||'", OR);
      case 'conditionalAnd':
        return chain(tree, "'&&'", AND);
      case 'Relation':
      case 'Product':
      case 'Sum':
        return infix(tree);
      case 'LogicalNot':
        return prefix(tree, NOT);
      case 'Negate':
        return prefix(tree, NEGATE);
      case 'Select':
        return select(tree);
      case 'MemberCall':
        return memberCall(tree);
      case 'Index':
        return index(tree);
      case 'Ident':
      case 'GlobalCall':
        return named(tree);
      case 'CreateList':
        return list(tree);
      case 'CreateStruct':
        return map(tree);
      case 'CreateMessage':
        return message(tree);
      case 'unary':
        return nothing(tree.start.start);
      case 'primary':
      case 'literal':
        return nothing();
      default:
        return literal(tree);
    }
  }
  return of(root);
}
