import { expect, test } from 'vitest';
import type {
  FlowSchema,
  FlowSchemaSpec,
  PriorityLevelConfiguration,
  PriorityLevelConfigurationSpec,
} from '#core/api/types';
import type { Problem } from '#core/machinery/status';
import { flowSchemaSpecs, priorityLevelSpecs } from './default-specs.ts';
import { mandatoryProblems } from './mandatory.ts';

const levels = priorityLevelSpecs();
const flows = flowSchemaSpecs();
const exempt = { nominalConcurrencyShares: 7, lendablePercent: 5 };

test.each<[string, string, Partial<PriorityLevelConfigurationSpec>, string | undefined]>([
  ['the share of what is exempt may change', 'exempt', { exempt }, undefined],
  [
    'its type may not',
    'exempt',
    { type: 'Limited' },
    "spec of 'exempt' except the 'spec.exempt' field must equal the fixed value",
  ],
  ['the last level stays as it is', 'catch-all', {}, undefined],
  [
    'no limit of it changes',
    'catch-all',
    { limited: { nominalConcurrencyShares: 6 } },
    "spec of 'catch-all' must equal the fixed value",
  ],
  ['other levels are free', 'system', { limited: { nominalConcurrencyShares: 6 } }, undefined],
])('%s', (_, name, change, detail) => {
  const problems: Problem[] = [];
  mandatoryProblems<PriorityLevelConfiguration>(
    { metadata: { name }, spec: { ...levels.get(name)!, ...change } },
    levels,
    problems,
  );
  expect(problems.map(({ message }) => message.slice(message.indexOf('spec of')))).toEqual(
    detail === undefined ? [] : [detail],
  );
});

test.each<[string, Partial<FlowSchemaSpec>, boolean]>([
  ['exempt', {}, true],
  ['exempt', { matchingPrecedence: 2 }, false],
  ['catch-all', { rules: [] }, false],
  ['probes', { matchingPrecedence: 3 }, true],
])('the flow schema %s with %j', (name, change, isFine) => {
  const problems: Problem[] = [];
  mandatoryProblems<FlowSchema>({ metadata: { name }, spec: { ...flows.get(name)!, ...change } }, flows, problems);
  expect(problems.length === 0).toBe(isFine);
});
