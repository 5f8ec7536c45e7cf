import type { Kind } from './tokens.ts';

/** A piece of a rule. What it matches is kept under its label, in order. */
export type Element =
  | { readonly token: Kind | readonly Kind[]; readonly label?: string }
  | { readonly rule: RuleName; readonly label?: string; readonly precedence?: number }
  | { readonly opt: readonly Element[] }
  | { readonly star: readonly Element[]; readonly choice?: Choice }
  | { readonly plus: readonly Element[]; readonly choice?: Choice }
  | { readonly alt: Alternatives; readonly choice?: Choice };

/** Alternatives by the name that a tree made of one has. */
export type Alternatives = Readonly<Record<string, readonly Element[]>>;

/** Where one token does not tell how to go on: which function looks further (`predict.ts`). */
export type Choice = 'unary' | 'minus' | 'primary' | 'literal' | 'suffix' | 'comma';

/** A rule; `suffixes` are what may follow, again and again, each if its binding is as strong as is asked for. */
export interface Rule {
  readonly first: readonly Element[];
  readonly suffixes?: { readonly alternatives: Alternatives; readonly strength: Readonly<Record<string, number>> };
}

export type RuleName =
  | 'start'
  | 'expr'
  | 'conditionalOr'
  | 'conditionalAnd'
  | 'relation'
  | 'calc'
  | 'unary'
  | 'member'
  | 'primary'
  | 'exprList'
  | 'listInit'
  | 'fieldInitializerList'
  | 'optField'
  | 'mapInitializerList'
  | 'escapeIdent'
  | 'optExpr'
  | 'literal';

const token = (kind: Kind | readonly Kind[], label?: string): Element => ({ token: kind, ...(label && { label }) });
const rule = (name: RuleName, label?: string, precedence?: number): Element => ({
  rule: name,
  ...(label && { label }),
  ...(precedence && { precedence }),
});
const opt = (...elements: Element[]): Element => ({ opt: elements });
const many = (separator: Kind, elements: Element[], choice?: Choice): Element[] => [
  ...elements,
  { star: [token(separator, separator), ...elements], ...(choice && { choice }) },
];
const dot = opt(token("'.'", 'dot'));
const optional = opt(token("'?'", 'opt'));
const trailing = opt(token("','"));

/**
 * The grammar, in the shape in which the original's parser walks it: where its steps are tells what it expects next,
 * and that is what its messages say. Upstream: cel-go/parser/gen/CEL.g4.
 */
export const GRAMMAR: Readonly<Record<RuleName, Rule>> = {
  start: { first: [rule('expr', 'e'), token('<EOF>')] },
  expr: {
    first: [
      rule('conditionalOr', 'e'),
      opt(token("'?'", 'op'), rule('conditionalOr', 'e1'), token("':'"), rule('expr', 'e2')),
    ],
  },
  conditionalOr: { first: many("'||'", [rule('conditionalAnd', 'e')]) },
  conditionalAnd: { first: many("'&&'", [rule('relation', 'e')]) },
  relation: {
    first: [rule('calc', 'e')],
    suffixes: {
      alternatives: {
        Relation: [token(["'<'", "'<='", "'>='", "'>'", "'=='", "'!='", "'in'"], 'op'), rule('relation', 'right', 2)],
      },
      strength: { Relation: 1 },
    },
  },
  calc: {
    first: [rule('unary', 'e')],
    suffixes: {
      alternatives: {
        Product: [token(["'*'", "'/'", "'%'"], 'op'), rule('calc', 'right', 3)],
        Sum: [token(["'+'", "'-'"], 'op'), rule('calc', 'right', 2)],
      },
      strength: { Product: 2, Sum: 1 },
    },
  },
  unary: {
    first: [
      {
        choice: 'unary',
        alt: {
          MemberExpr: [rule('member', 'e')],
          LogicalNot: [{ plus: [token("'!'", 'ops')] }, rule('member', 'e')],
          Negate: [{ plus: [token("'-'", 'ops')], choice: 'minus' }, rule('member', 'e')],
        },
      },
    ],
  },
  member: {
    first: [rule('primary', 'e')],
    suffixes: {
      alternatives: {
        Select: [token("'.'", 'op'), optional, rule('escapeIdent', 'id')],
        MemberCall: [
          token("'.'", 'op'),
          token('IDENTIFIER', 'id'),
          token("'('", 'open'),
          opt(rule('exprList', 'args')),
          token("')'"),
        ],
        Index: [token("'['", 'op'), optional, rule('expr', 'index'), token("']'")],
      },
      strength: { Select: 3, MemberCall: 2, Index: 1 },
    },
  },
  primary: {
    first: [
      {
        choice: 'primary',
        alt: {
          Ident: [dot, token('IDENTIFIER', 'id')],
          GlobalCall: [dot, token('IDENTIFIER', 'id'), token("'('", 'op'), opt(rule('exprList', 'args')), token("')'")],
          Nested: [token("'('"), rule('expr', 'e'), token("')'")],
          CreateList: [token("'['", 'op'), opt(rule('listInit', 'elems')), trailing, token("']'")],
          CreateStruct: [token("'{'", 'op'), opt(rule('mapInitializerList', 'entries')), trailing, token("'}'")],
          CreateMessage: [
            dot,
            ...many("'.'", [token('IDENTIFIER', 'ids')]),
            token("'{'", 'op'),
            opt(rule('fieldInitializerList', 'entries')),
            trailing,
            token("'}'"),
          ],
          ConstantLiteral: [rule('literal', 'e')],
        },
      },
    ],
  },
  exprList: { first: many("','", [rule('expr', 'e')]) },
  listInit: { first: many("','", [rule('optExpr', 'elems')], 'comma') },
  fieldInitializerList: {
    first: many("','", [rule('optField', 'fields'), token("':'", 'cols'), rule('expr', 'values')], 'comma'),
  },
  optField: { first: [optional, rule('escapeIdent', 'id')] },
  mapInitializerList: {
    first: many("','", [rule('optExpr', 'keys'), token("':'", 'cols'), rule('expr', 'values')], 'comma'),
  },
  escapeIdent: {
    first: [
      { alt: { SimpleIdentifier: [token('IDENTIFIER', 'id')], EscapedIdentifier: [token('ESC_IDENTIFIER', 'id')] } },
    ],
  },
  optExpr: { first: [optional, rule('expr', 'e')] },
  literal: {
    first: [
      {
        choice: 'literal',
        alt: {
          Int: [opt(token("'-'", 'sign')), token('NUM_INT', 'tok')],
          Uint: [token('NUM_UINT', 'tok')],
          Double: [opt(token("'-'", 'sign')), token('NUM_FLOAT', 'tok')],
          String: [token('STRING', 'tok')],
          Bytes: [token('BYTES', 'tok')],
          BoolTrue: [token("'true'", 'tok')],
          BoolFalse: [token("'false'", 'tok')],
          Null: [token("'null'", 'tok')],
        },
      },
    ],
  },
};
