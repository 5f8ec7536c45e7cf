import { expect, test } from 'vitest';
import { featureGates, GateError } from './gates.ts';

test.each([
  { it: 'has v1.36 defaults', overrides: {}, gate: 'SidecarContainers', on: true },
  { it: 'leaves alpha off', overrides: {}, gate: 'GenericWorkload', on: false },
  { it: 'turns one on', overrides: { GenericWorkload: true }, gate: 'GenericWorkload', on: true },
  { it: 'turns a stage on', overrides: { AllAlpha: true }, gate: 'GenericWorkload', on: true },
  {
    it: 'lets a name win over its stage',
    overrides: { AllAlpha: true, GenericWorkload: false },
    gate: 'GenericWorkload',
    on: false,
  },
])('$it', ({ overrides, gate, on }) =>
  expect(featureGates(overrides as Record<string, boolean>).enabled(gate)).toBe(on),
);

test('refuses what it does not know and what is locked', () => {
  expect(() => featureGates({ Nonsense: true })).toThrow(GateError);
  expect(() => featureGates().enabled('Nonsense')).toThrow('unrecognized feature gate: Nonsense');
  expect(() => featureGates({ SidecarContainers: false })).toThrow('feature is locked to true');
});
