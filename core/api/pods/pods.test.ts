import { expect, test } from 'vitest';
import type { Container, NodeSelectorTerm, PodSpec, Taint, Toleration } from '#core/api/types/core/v1';
import { nodePreference, nodeTerms, requiredNodes, restartsAfter, tolerates } from './index.ts';

const taint: Taint = { key: 'k', value: '5', effect: 'NoSchedule' };

test.each<{ it: string; toleration: Toleration; of?: Taint; wants: boolean }>([
  { it: 'its value', toleration: { key: 'k', value: '5' }, wants: true },
  { it: 'its value by name', toleration: { key: 'k', operator: 'Equal', value: '5' }, wants: true },
  { it: 'not another value', toleration: { key: 'k', value: '6' }, wants: false },
  { it: 'not another key', toleration: { key: 'x', operator: 'Exists' }, wants: false },
  { it: 'any value', toleration: { key: 'k', operator: 'Exists' }, wants: true },
  { it: 'any key', toleration: { operator: 'Exists' }, wants: true },
  { it: 'any key of a value', toleration: { value: '5' }, wants: true },
  { it: 'its effect', toleration: { operator: 'Exists', effect: 'NoSchedule' }, wants: true },
  { it: 'any effect', toleration: { operator: 'Exists', effect: '' as 'NoSchedule' }, wants: true },
  { it: 'not another effect', toleration: { operator: 'Exists', effect: 'NoExecute' }, wants: false },
  { it: 'less', toleration: { key: 'k', operator: 'Lt', value: '6' }, wants: true },
  { it: 'not less', toleration: { key: 'k', operator: 'Lt', value: '5' }, wants: false },
  { it: 'more', toleration: { key: 'k', operator: 'Gt', value: '-1' }, wants: true },
  { it: 'not a number with a zero before it', toleration: { key: 'k', operator: 'Gt', value: '04' }, wants: false },
  {
    it: 'no number beyond 64 bits',
    toleration: { key: 'k', operator: 'Lt', value: '9223372036854775808' },
    wants: false,
  },
  {
    it: 'no text by number',
    toleration: { key: 'k', operator: 'Gt', value: '1' },
    of: { ...taint, value: 'a' },
    wants: false,
  },
  { it: 'nothing by an operator unknown', toleration: { key: 'k', operator: 'X' as 'Lt', value: '5' }, wants: false },
])('a toleration covers $it', ({ toleration, of = taint, wants }) => expect(tolerates(toleration, of)).toBe(wants));

const node = { name: 'n1', labels: { zone: 'a', size: '7' } };
const expression = (key: string, operator: string, ...values: string[]) =>
  ({ matchExpressions: [{ key, operator, values }] }) as NodeSelectorTerm;
const field = (key: string, operator: string, ...values: string[]) =>
  ({ matchFields: [{ key, operator, values }] }) as NodeSelectorTerm;

test.each<{ it: string; terms: readonly NodeSelectorTerm[]; wants: boolean }>([
  { it: 'one of its values', terms: [expression('zone', 'In', 'a', 'b')], wants: true },
  { it: 'none of its values', terms: [expression('zone', 'In', 'b')], wants: false },
  { it: 'not a value', terms: [expression('zone', 'NotIn', 'b')], wants: true },
  { it: 'a label that is not there, not a value', terms: [expression('x', 'NotIn', 'b')], wants: true },
  { it: 'a label', terms: [expression('zone', 'Exists')], wants: true },
  { it: 'a label that nobody has', terms: [expression('constructor', 'Exists')], wants: false },
  { it: 'no label', terms: [expression('x', 'DoesNotExist')], wants: true },
  { it: 'more than', terms: [expression('size', 'Gt', '6')], wants: true },
  { it: 'less than', terms: [expression('size', 'Lt', '7')], wants: false },
  { it: 'more than, of a text', terms: [expression('zone', 'Gt', '6')], wants: false },
  { it: 'more than a text', terms: [expression('size', 'Gt', 'a')], wants: false },
  { it: 'an operator unknown', terms: [expression('zone', 'Is', 'a')], wants: false },
  { it: 'values that no label can have', terms: [expression('zone', 'NotIn', '-')], wants: false },
  { it: 'its name', terms: [field('metadata.name', 'In', 'n1')], wants: true },
  { it: 'not a name', terms: [field('metadata.name', 'NotIn', 'n1')], wants: false },
  { it: 'two names', terms: [field('metadata.name', 'In', 'n1', 'n2')], wants: false },
  { it: 'a field unknown', terms: [field('spec.x', 'In', 'n1')], wants: false },
  { it: 'nothing', terms: [], wants: false },
  { it: 'an empty term', terms: [{}], wants: false },
  {
    it: 'a term that cannot be read, or another',
    terms: [{ ...expression('zone', 'Is') }, field('metadata.name', 'In', 'n1')],
    wants: true,
  },
  {
    it: 'both parts of a term',
    terms: [{ ...expression('zone', 'In', 'b'), ...field('metadata.name', 'In', 'n1') }],
    wants: false,
  },
])('a node matches $it', ({ terms, wants }) => expect(nodeTerms(terms)(node)).toBe(wants));

test('a pod asks for labels and for one of its terms', () => {
  const asks = (spec: object) => requiredNodes(spec as PodSpec);
  const terms = (nodeSelectorTerms: readonly NodeSelectorTerm[]) => ({
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  });
  expect(asks({})).toBeUndefined();
  expect(asks({ nodeSelector: { zone: 'a' } })!(node)).toBe(true);
  expect(asks({ nodeSelector: { zone: 'b' } })!(node)).toBe(false);
  expect(asks({ nodeSelector: { zone: 'a' }, ...terms([expression('size', 'Exists')]) })!(node)).toBe(true);
  expect(asks(terms([]))!(node)).toBe(false);
});

test('a wish weighs what its terms weigh; an empty term wishes for nothing', () => {
  const wish = nodePreference([
    { weight: 5, preference: expression('zone', 'In', 'a') },
    { weight: 7, preference: expression('zone', 'In', 'b') },
    { weight: 11, preference: {} },
  ]);
  expect(wish(node)).toBe(5);
});

test.each<{ it: string; container: object; policy: string; code: number; wants: boolean }>([
  { it: 'the pod says always', container: {}, policy: 'Always', code: 0, wants: true },
  { it: 'the pod says on failure, and it did not fail', container: {}, policy: 'OnFailure', code: 0, wants: false },
  { it: 'its own policy says never', container: { restartPolicy: 'Never' }, policy: 'Always', code: 1, wants: false },
  {
    it: 'its own rule says so',
    container: {
      restartPolicy: 'Never',
      restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
    },
    policy: 'Never',
    code: 42,
    wants: true,
  },
  {
    it: 'its rule is of other ends',
    container: {
      restartPolicy: 'Never',
      restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'NotIn', values: [42] } }],
    },
    policy: 'Always',
    code: 42,
    wants: false,
  },
])('a container runs again where $it', ({ container, policy, code, wants }) =>
  expect(restartsAfter(container as Container, { restartPolicy: policy } as PodSpec, code)).toBe(wants),
);
