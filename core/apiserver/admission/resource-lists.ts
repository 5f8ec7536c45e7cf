import type { Container, Pod } from '#core/api/types';
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  subtractQuantities,
} from '#core/machinery/quantity';

/** As objects hold amounts: `{cpu: '500m'}`. */
export type ResourceTexts = Readonly<Record<string, string>>;
/** The same, to reckon with. */
export type Amounts = ReadonlyMap<string, Quantity>;

export const amountsOf = (texts: ResourceTexts | undefined): Amounts =>
  new Map(Object.entries(texts ?? {}).map(([name, text]) => [name, parseQuantity(text)]));

export const textsOf = (amounts: Amounts): ResourceTexts =>
  Object.fromEntries([...amounts].map(([name, amount]) => [name, formatQuantity(amount)]));

const ZERO: Quantity = { nano: 0n, format: 'DecimalSI' };

function combined(a: Amounts, b: Amounts, how: (x: Quantity, y: Quantity) => Quantity): Amounts {
  const all = new Map(a);
  for (const [name, amount] of b) {
    const before = all.get(name);
    all.set(name, before === undefined ? amount : how(before, amount));
  }
  return all;
}

export const sumOf = (a: Amounts, b: Amounts): Amounts => combined(a, b, addQuantities);
export const largestOf = (a: Amounts, b: Amounts): Amounts =>
  combined(a, b, (x, y) => (compareQuantities(y, x) > 0 ? y : x));

/** What `a` has more than `b`, never less than nothing. */
export const excessOf = (a: Amounts, b: Amounts): Amounts =>
  new Map(
    [...a].map(([name, amount]) => {
      const left = subtractQuantities(amount, b.get(name) ?? ZERO);
      return [name, left.nano < 0n ? ZERO : left];
    }),
  );

export const onlyOf = (amounts: Amounts, names: ReadonlySet<string>): Amounts =>
  new Map([...amounts].filter(([name]) => names.has(name)));

const NONE: Amounts = new Map();
const POD_LEVEL = new Set(['cpu', 'memory']);

/** What a pod needs in all: its containers and sidecars together, or an init container with the sidecars before it, whichever is more. Upstream: component-helpers/resource/helpers.go. */
export function podAmounts(
  { spec }: Pod,
  kind: 'requests' | 'limits',
  options: { readonly overhead: boolean },
): Amounts {
  const of = ({ resources }: Container) => amountsOf(resources?.[kind]);
  let total = NONE;
  for (const container of spec?.containers ?? []) total = sumOf(total, of(container));
  let sidecars = NONE;
  let start = NONE;
  for (const container of spec?.initContainers ?? []) {
    const own = of(container);
    if (container.restartPolicy === 'Always') {
      total = sumOf(total, own);
      sidecars = sumOf(sidecars, own);
      start = largestOf(start, sidecars);
    } else start = largestOf(start, sumOf(own, sidecars));
  }
  total = largestOf(total, start);
  const podLevel = onlyOf(amountsOf(spec?.resources?.[kind]), POD_LEVEL);
  if (podLevel.size > 0) total = new Map([...total, ...podLevel]);
  if (!options.overhead || spec?.overhead === undefined) return total;
  const overhead = amountsOf(spec.overhead);
  // Without a limit there is nothing that overhead could be added to.
  return kind === 'requests' ? sumOf(total, overhead) : sumOf(total, onlyOf(overhead, new Set(total.keys())));
}
