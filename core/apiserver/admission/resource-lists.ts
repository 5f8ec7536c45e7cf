import {
  addQuantities,
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
