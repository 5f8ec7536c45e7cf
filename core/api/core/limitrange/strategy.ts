import { checkedStrategy } from '#core/api/rules';
import type { LimitRange, LimitRangeItem } from '#core/api/types';
import type { KubeObject } from '#core/machinery/object';
import { qualifiedNameProblems } from '#core/machinery/names';
import { compareQuantities, parseQuantity, quantityOf, type Quantity } from '#core/machinery/quantity';
import { duplicate, forbiddenField, invalid, type Problem, required } from '#core/machinery/status';
import { containerResourceNameProblems, mayOvercommit, resourceNameProblems } from '../resources/names.ts';

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];
const LISTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

function typeProblems(type: string, path: string, problems: Problem[]): void {
  const grammar = qualifiedNameProblems(type);
  for (const detail of grammar) problems.push(invalid(path, type, detail));
  if (grammar.length > 0 || type.includes('/') || TYPES.includes(type)) return;
  problems.push(invalid(path, type, 'must be a standard limit type or fully qualified'));
}

/** How the bounds of one resource stand to each other: the first may not be above the second. */
const ORDER = [
  { low: 'min', high: 'max', at: 'min', value: 'min', say: ['min', 'max'] },
  {
    low: 'min',
    high: 'defaultRequest',
    at: 'defaultRequest',
    value: 'defaultRequest',
    say: ['min', 'default request'],
  },
  {
    low: 'defaultRequest',
    high: 'max',
    at: 'defaultRequest',
    value: 'defaultRequest',
    say: ['default request', 'max'],
  },
  {
    low: 'defaultRequest',
    high: 'default',
    at: 'defaultRequest',
    value: 'defaultRequest',
    say: ['default request', 'default limit'],
  },
  { low: 'min', high: 'default', at: 'default', value: 'min', say: ['min', 'default'] },
  { low: 'default', high: 'max', at: 'default', value: 'max', say: ['default', 'max'] },
] as const;

const ratioOf = (high: Quantity, low: Quantity): number => Number(high.nano) / Number(low.nano);

function boundProblems(name: string, limit: LimitRangeItem, path: string, problems: Problem[]): void {
  const text = (list: (typeof LISTS)[number]): string | undefined =>
    limit.type === 'Pod' && (list === 'default' || list === 'defaultRequest') ? undefined : limit[list]?.[name];
  for (const { low, high, at, value, say } of ORDER) {
    const [less, more] = [text(low), text(high)];
    if (less === undefined || more === undefined) continue;
    if (compareQuantities(parseQuantity(less), parseQuantity(more)) <= 0) continue;
    const detail = `${say[0]} value ${less} is greater than ${say[1]} value ${more}`;
    problems.push(invalid(`${path}.${at}[${name}]`, text(value), detail));
  }
  const [ratio, min, max] = [text('maxLimitRequestRatio'), text('min'), text('max')];
  const place = `${path}.maxLimitRequestRatio[${name}]`;
  if (ratio !== undefined) {
    const amount = parseQuantity(ratio);
    if (compareQuantities(amount, quantityOf(1)) < 0) {
      problems.push(invalid(place, ratio, `ratio ${ratio} is less than 1`));
    }
    if (min !== undefined && max !== undefined) {
      const most = ratioOf(parseQuantity(max), parseQuantity(min));
      if (ratioOf(amount, quantityOf(1)) > most) {
        problems.push(invalid(place, ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`));
      }
    }
  }
  const [given, asked] = [text('default'), text('defaultRequest')];
  if (mayOvercommit(name) || given === undefined || asked === undefined) return;
  if (compareQuantities(parseQuantity(given), parseQuantity(asked)) === 0) return;
  const detail = `default value ${given} must equal to defaultRequest value ${asked} in ${name}`;
  problems.push(invalid(`${path}.defaultRequest[${name}]`, asked, detail));
}

function limitProblems(limit: LimitRangeItem, path: string, problems: Problem[]): void {
  const isOfContainers = limit.type === 'Pod' || limit.type === 'Container';
  const nameProblems = isOfContainers ? containerResourceNameProblems : resourceNameProblems;
  const names = new Set<string>();
  for (const list of LISTS) {
    const amounts = Object.keys(limit[list] ?? {});
    if (limit.type === 'Pod' && (list === 'default' || list === 'defaultRequest')) {
      if (amounts.length > 0) {
        problems.push(forbiddenField(`${path}.${list}`, "may not be specified when `type` is 'Pod'"));
      }
      continue;
    }
    for (const name of amounts) {
      nameProblems(name, `${path}.${list}[${name}]`, problems);
      names.add(name);
    }
  }
  const bounded = limit.min?.['storage'] !== undefined || limit.max?.['storage'] !== undefined;
  if (limit.type === 'PersistentVolumeClaim' && !bounded) {
    const detail = 'either minimum or maximum storage value is required, but neither was provided';
    problems.push(required(`${path}.limits`, detail));
  }
  for (const name of names) boundProblems(name, limit, path, problems);
}

/** One without a name is named by its uid. */
const named = (object: KubeObject): KubeObject =>
  object.metadata.name ? object : { ...object, metadata: { ...object.metadata, name: object.metadata.uid ?? '' } };

/** Upstream: pkg/registry/core/limitrange/strategy.go, pkg/apis/core/validation/validation.go (ValidateLimitRange). */
export const limitRangeStrategy = checkedStrategy<LimitRange>(
  '/limitranges',
  'LimitRange',
  'v1',
  {
    create: ({ spec }, problems) => {
      const seen = new Set<string>();
      for (const [i, limit] of (spec?.limits ?? []).entries()) {
        const path = `spec.limits[${i}]`;
        const { type = '' } = limit;
        typeProblems(type, `${path}.type`, problems);
        if (seen.has(type)) problems.push(duplicate(`${path}.type`, type));
        seen.add(type);
        limitProblems(limit, path, problems);
      }
    },
  },
  { prepareForCreate: named },
);
