import { expect, test } from 'vitest';
import { compile } from '#core/machinery/cel';
import { estimate } from '#core/machinery/cel/estimate';
import type { Problem } from '#core/machinery/status';
import { deviceEnvironment, deviceSizes, selectorExpressionProblems } from './expressions.ts';

/** What selectors cost at most, estimated by v1.36.1. */
const COSTS: Readonly<Record<string, number>> = {
  'device.attributes["a"].b': 4,
  'device.attributes.x.y': 4,
  'device.capacity["a"].b == quantity("1")': 6,
  'device.driver == "x"': 3,
  'device.allowMultipleAllocations': 2,
  'cel.bind(x, device.attributes["a"], x.b)': 15,
  'device.attributes["a"].b == 1': 5,
  'device.attributes["a"].b == "x"': 5,
  'device.capacity["a"].b.isGreaterThan(quantity("1"))': 6,
  'device.attributes["dra.example.com"].all(k, device.attributes["dra.example.com"].all(l, k == l))': 9444,
  '"a" in device.attributes': 3,
  'device.attributes.all(d, device.attributes[d].all(k, device.attributes[d][k] == "x"))': 10499,
  'device.attributes.all(d, device.attributes.all(e, device.attributes.all(f, device.attributes.all(g, device.attributes.all(h, d == e && f == g && h == d)))))': 1013127363,
  'device.attributes["a"].b.matches("a+")': 11,
  'device.attributes["a"].b.contains("a+")': 11,
  'device.driver.matches("^a.*b$")': 16,
  'device.driver.startsWith("a") && device.attributes["a"].x.startsWith("b")': 8,
  'device.attributes["a"].v.isGreaterThan(semver("1.0.0"))': 6,
  'device.capacity["a"].all(k, k.startsWith("x"))': 164,
  'device.attributes["a"]["b"] == "x"': 5,
  'device.attributes["a"].b in ["x", "y"]': 16,
  'has(device.attributes["a"].b)': 3,
  'device.attributes["a"].?b.orValue("x") == "x"': 6,
  'string(device.attributes["a"].b) + device.driver == "x"': 27,
};

test.each(Object.entries(COSTS))('%s', (text, cost) => {
  const compiled = compile(text, deviceEnvironment());
  expect('faults' in compiled ? compiled.faults : Number(estimate(compiled, deviceSizes()).max)).toBe(cost);
});

test('a selector must say yes or no, and not cost too much', () => {
  const said = (text: string): readonly string[] => {
    const problems: Problem[] = [];
    selectorExpressionProblems(text, 'path', problems);
    return problems.map(({ message }) => message);
  };
  expect(said('device.driver == "x"')).toEqual([]);
  expect(said('device.driver')).toEqual([
    'Invalid value: "device.driver": must evaluate to bool or the unknown type, not string',
  ]);
  const names = 'device.attributes';
  const nested = `${names}.all(d, ${names}.all(e, ${names}.all(f, ${names}.all(g, d == e && f == g))))`;
  expect(said(nested)).toEqual(['Forbidden: too complex, exceeds cost limit']);
});
