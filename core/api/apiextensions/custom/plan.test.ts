import { expect, test } from 'vitest';
import type { CustomResourceDefinition } from '#core/api/types';
import { type Objects, planFor, retired } from './plan.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

interface Given {
  readonly group?: string;
  readonly plural?: string;
  readonly accepted?: object;
  readonly conditions?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deleted?: boolean;
}

function crd({ group = 'example.com', plural = 'things', accepted, conditions = [], annotations, deleted }: Given) {
  const names = { plural, singular: plural.slice(0, -1), kind: plural, listKind: `${plural}List` };
  return {
    metadata: {
      name: `${plural}.${group}`,
      ...(annotations === undefined ? {} : { annotations }),
      ...(deleted === true
        ? { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['customresourcecleanup.apiextensions.k8s.io'] }
        : {}),
    },
    spec: { group, names, scope: 'Namespaced', versions: [{ name: 'v1', served: true, storage: true }] },
    status: {
      acceptedNames: accepted ?? names,
      conditions: conditions.map((text) => {
        const [type, status, reason = '', message = ''] = text.split('|');
        return { type, status, reason, message };
      }),
      storedVersions: ['v1'],
    },
  } as unknown as CustomResourceDefinition;
}

const FRESH = { plural: '', kind: '' };
const NAMED = 'NamesAccepted|True|NoConflicts|no conflicts found';
const ESTABLISHED = 'Established|True|InitialNamesAccepted';
const PROGRESS = 'Terminating|True|InstanceDeletionInProgress|CustomResource deletion is in progress';
const OTHER = crd({ plural: 'others', conditions: [NAMED, ESTABLISHED] });

test.each<{ it: string; given: Given; objects?: Objects; wants: readonly string[] }>([
  {
    it: 'grants names',
    given: { accepted: FRESH },
    wants: ['NamesAccepted True NoConflicts', 'Established False Installing'],
  },
  {
    it: 'establishes',
    given: { conditions: [NAMED] },
    wants: ['NamesAccepted True NoConflicts', 'Established True InitialNamesAccepted'],
  },
  {
    it: 'refuses names that others have',
    given: { plural: 'others', accepted: FRESH },
    wants: ['NamesAccepted False ListKindConflict', 'Established False NotAccepted'],
  },
  { it: 'leaves alone what is established', given: { conditions: [NAMED, ESTABLISHED] }, wants: [] },
  {
    it: 'asks groups of the community for approval',
    given: { group: 'a.k8s.io', conditions: [NAMED, ESTABLISHED] },
    wants: [
      'NamesAccepted True NoConflicts',
      'Established True InitialNamesAccepted',
      'KubernetesAPIApprovalPolicyConformant False MissingAnnotation',
    ],
  },
  {
    it: 'tells that objects go',
    given: { deleted: true, conditions: [NAMED, ESTABLISHED] },
    objects: 2,
    wants: [
      'NamesAccepted True NoConflicts',
      'Established True InitialNamesAccepted',
      'Terminating True InstanceDeletionInProgress',
    ],
  },
  {
    it: 'deletes objects',
    given: { deleted: true, conditions: [NAMED, ESTABLISHED, PROGRESS] },
    objects: 2,
    wants: ['deletes objects'],
  },
  {
    it: 'lets go when they are gone',
    given: { deleted: true, conditions: [NAMED, ESTABLISHED, PROGRESS] },
    wants: [
      'released',
      'NamesAccepted True NoConflicts',
      'Established True InitialNamesAccepted',
      'Terminating False InstanceDeletionCompleted',
    ],
  },
  {
    it: 'lets go of what was never established',
    given: { deleted: true, conditions: ['Established|False|NotAccepted', PROGRESS] },
    objects: 2,
    wants: ['released', 'Established False NotAccepted', 'Terminating False NeverEstablished'],
  },
  {
    it: 'spares the objects of built-in resources',
    given: { deleted: true, conditions: [NAMED, ESTABLISHED, PROGRESS] },
    objects: 'built-in',
    wants: [
      'released',
      'NamesAccepted True NoConflicts',
      'Established True InitialNamesAccepted',
      'Terminating False OverlappingBuiltInResource',
    ],
  },
])('the server $it', ({ given, objects = 0, wants }) => {
  const one = crd(given);
  const { next, deletesObjects } = planFor(one, [OTHER, ...(given.plural === undefined ? [one] : [])], objects, NOW);
  const conditions = (next.status?.conditions ?? []).map(
    ({ type, status, reason }) => `${type} ${status} ${reason ?? ''}`,
  );
  const released = given.deleted === true && next.metadata.finalizers?.length === 0 ? ['released'] : [];
  expect(deletesObjects ? ['deletes objects'] : next === one ? [] : [...released, ...conditions]).toEqual(wants);
});

test('a definition that is deleted is held until its objects are gone', () => {
  const { metadata, status } = retired(
    crd({ conditions: [NAMED] }) as never,
    NOW,
  ) as unknown as CustomResourceDefinition;
  expect(metadata).toMatchObject({
    deletionTimestamp: '2026-01-01T00:00:00Z',
    finalizers: ['customresourcecleanup.apiextensions.k8s.io'],
  });
  expect(status?.conditions?.at(-1)).toMatchObject({
    type: 'Terminating',
    status: 'True',
    reason: 'InstanceDeletionPending',
  });
});
