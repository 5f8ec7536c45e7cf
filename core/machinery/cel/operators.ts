/** Functions that operators stand for. Upstream: cel-go/common/operators/operators.go. */
export const OPERATORS: Readonly<Record<string, string>> = {
  '+': '_+_',
  '-': '_-_',
  '*': '_*_',
  '/': '_/_',
  '%': '_%_',
  '==': '_==_',
  '!=': '_!=_',
  '<': '_<_',
  '<=': '_<=_',
  '>': '_>_',
  '>=': '_>=_',
  in: '@in',
};

export const AND = '_&&_';
export const OR = '_||_';
export const NOT = '!_';
export const NEGATE = '-_';
export const CONDITIONAL = '_?_:_';
export const INDEX = '_[_]';
export const OPTIONAL_INDEX = '_[?_]';
export const OPTIONAL_SELECT = '_?._';
export const NOT_STRICTLY_FALSE = '@not_strictly_false';
export const MAP_INSERT = 'cel.@mapInsert';
export const SORT_BY_KEYS = '@sortByAssociatedKeys';
