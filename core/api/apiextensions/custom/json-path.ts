import { isObject, type Json, sameJson } from '#core/base';

/** What a path finds in a value, in order; nothing where a part of it is missing. */
export type JsonPath = (value: Json) => readonly Json[];

type Step = (values: readonly Json[]) => readonly Json[];

const field =
  (name: string): Step =>
  (values) =>
    values.flatMap((value) => (isObject(value) && Object.hasOwn(value, name) ? [value[name]!] : []));

const everything: Step = (values) =>
  values.flatMap((value) =>
    Array.isArray(value) ? (value as readonly Json[]) : isObject(value) ? Object.values(value) : [],
  );

const slice =
  (from: number | undefined, to: number | undefined): Step =>
  (values) =>
    values.flatMap((value) => (Array.isArray(value) ? (value as readonly Json[]).slice(from, to) : []));

const item =
  (index: number): Step =>
  (values) =>
    values.flatMap((value) => {
      const found = Array.isArray(value) ? (value as readonly Json[]).at(index) : undefined;
      return found === undefined ? [] : [found];
    });

const OPERATORS: Readonly<Record<string, (left: Json, right: Json) => boolean>> = {
  '==': (left, right) => sameJson(left, right),
  '!=': (left, right) => !sameJson(left, right),
  '<': (left, right) => typeof left === typeof right && left! < right!,
  '<=': (left, right) => typeof left === typeof right && left! <= right!,
  '>': (left, right) => typeof left === typeof right && left! > right!,
  '>=': (left, right) => typeof left === typeof right && left! >= right!,
};

/** `@.type=="Ready"`; without an operator: that it is there. */
function filter(text: string): Step | undefined {
  const parts = /^\s*@(.*?)\s*(?:(==|!=|<=|>=|<|>)\s*(.+?)\s*)?$/.exec(text);
  if (parts === null) return undefined;
  const [, path = '', operator, operand = ''] = parts;
  const left = jsonPath(path);
  const right = operator === undefined ? null : literal(operand);
  if (left === undefined || right === undefined) return undefined;
  const holds = (one: Json): boolean => {
    const found = left(one);
    return operator === undefined ? found.length > 0 : found.length > 0 && OPERATORS[operator]!(found[0]!, right);
  };
  return (values) => values.flatMap((value) => (Array.isArray(value) ? (value as readonly Json[]).filter(holds) : []));
}

function literal(text: string): Json | undefined {
  const quoted = /^(?:"(.*)"|'(.*)')$/.exec(text);
  if (quoted !== null) return quoted[1] ?? quoted[2]!;
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

function bracket(text: string): Step | undefined {
  const quoted = /^(?:'(.*)'|"(.*)")$/.exec(text);
  if (quoted !== null) return field(quoted[1] ?? quoted[2]!);
  if (text === '*') return everything;
  if (/^-?\d+$/.test(text)) return item(Number(text));
  const range = /^(-?\d*):(-?\d*)$/.exec(text);
  if (range !== null) {
    const [, from, to] = range;
    return slice(from === '' ? undefined : Number(from), to === '' ? undefined : Number(to));
  }
  return text.startsWith('?(') && text.endsWith(')') ? filter(text.slice(2, -1)) : undefined;
}

/** Up to the bracket that closes the one at `open`, quotes and brackets within minded; -1 where none does. */
function closing(text: string, open: number): number {
  let depth = 0;
  let quote = '';
  for (let i = open; i < text.length; i++) {
    const one = text[i]!;
    if (quote !== '') {
      if (one === quote && text[i - 1] !== '\\') quote = '';
    } else if (one === '"' || one === "'") quote = one;
    else if (one === '[') depth++;
    else if (one === ']' && --depth === 0) return i;
  }
  return -1;
}

/** Characters of a path at most. */
const LONGEST = 1024;

/** A path as columns of custom resources have it (`.status.conditions[?(@.type=="Ready")].status`); undefined for what is none. Upstream: client-go/util/jsonpath. */
export function jsonPath(text: string): JsonPath | undefined {
  if (text.length > LONGEST) return undefined;
  const steps: Step[] = [];
  for (let at = 0; at < text.length;) {
    if (text[at] === '[') {
      const end = closing(text, at);
      const step = end < 0 ? undefined : bracket(text.slice(at + 1, end).trim());
      if (step === undefined) return undefined;
      steps.push(step);
      at = end + 1;
      continue;
    }
    const found = /^\.((?:[^.[\]\\]|\\.)*)/.exec(text.slice(at));
    if (found === null) return undefined;
    const name = found[1]!.replaceAll(/\\(.)/g, '$1');
    if (name === '*') steps.push(everything);
    else if (name !== '') steps.push(field(name));
    at += found[0].length;
  }
  return (value) => steps.reduce<readonly Json[]>((values, step) => step(values), [value]);
}
