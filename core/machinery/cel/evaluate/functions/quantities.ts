import {
  addQuantities,
  compareQuantities,
  parseQuantity,
  type Quantity,
  quantityOf,
  subtractQuantities,
  tryQuantity,
} from '#core/machinery/quantity';
import { Failure, type Foreign, type Value } from '../values.ts';
import { int } from './arithmetic.ts';
import { type Functions, ofText } from './function.ts';

interface QuantityValue extends Foreign {
  readonly quantity: Quantity;
}

const NANO = 1_000_000_000n;
const isQuantityValue = (value: Value | undefined): value is QuantityValue =>
  typeof value === 'object' && value !== null && 'quantity' in value;

/** A quantity as expressions see it. */
export function quantityValue(quantity: Quantity): QuantityValue {
  const { nano } = quantity;
  const whole = nano / NANO;
  const isInteger = nano % NANO === 0n && typeof int(whole) === 'bigint';
  const compared = (other: Value | undefined): -1 | 0 | 1 | undefined =>
    isQuantityValue(other) ? compareQuantities(quantity, other.quantity) : undefined;
  const asked = (holds: (order: number) => boolean) => (args: readonly Value[]) => {
    const order = compared(args[0]);
    return order === undefined ? undefined : holds(order);
  };
  const changed = (by: typeof addQuantities) => (args: readonly Value[]) => {
    const [other] = args;
    if (typeof other === 'bigint') return quantityValue(by(quantity, quantityOf(other)));
    return isQuantityValue(other) ? quantityValue(by(quantity, other.quantity)) : undefined;
  };
  return {
    typeName: 'kubernetes.Quantity',
    quantity,
    equals: (other) => compared(other) === 0,
    methods: {
      add: changed(addQuantities),
      sub: changed(subtractQuantities),
      asApproximateFloat: () => Number(nano) / 1e9,
      asInteger: () => (isInteger ? whole : new Failure('cannot convert value to integer')),
      isInteger: () => isInteger,
      compareTo: ([other]) => {
        const order = compared(other);
        return order === undefined ? undefined : BigInt(order);
      },
      isGreaterThan: asked((order) => order > 0),
      isLessThan: asked((order) => order < 0),
      sign: () => (nano === 0n ? 0n : nano < 0n ? -1n : 1n),
    },
  };
}

/** Upstream: apiserver/pkg/cel/library/quantity.go. */
export const QUANTITIES: Functions = {
  quantity: ofText((text) => {
    try {
      return quantityValue(parseQuantity(text));
    } catch (error) {
      return new Failure((error as Error).message);
    }
  }),
  isQuantity: ofText((text) => tryQuantity(text) !== undefined),
};
