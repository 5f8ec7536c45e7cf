import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '#core/api/types';
import type { Strategy } from '#core/api/definition';
import { genericStrategy } from '#core/api/strategy';
import type { KubeObject } from '#core/machinery/object';
import { timeOf } from '#core/machinery/values';
import { requestProblems, requestUpdateProblems } from './validation.ts';

const generic = genericStrategy({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  status: true,
});

const requestOf = (object: KubeObject) => object as unknown as CertificateSigningRequest;

/**
 * A request never changes once made; who asks is set by admission. Approvers write conditions, the signer the certificate, each at an
 * endpoint of its own. Upstream: pkg/registry/certificates/certificates/strategy.go.
 */
export const certificateSigningRequestStrategy: Strategy = {
  ...generic,
  prepareForUpdate(next, old, { subresource, now }) {
    const [before, after] = [requestOf(old), requestOf(next)];
    const kept = { ...after, spec: before.spec };
    if (subresource === '') return { ...kept, status: before.status } as unknown as KubeObject;
    const conditions = stamped(after.status?.conditions ?? [], before.status?.conditions ?? [], timeOf(now));
    if (subresource === 'approval') {
      return { ...kept, status: withConditions(before.status, conditions) } as unknown as KubeObject;
    }
    const judged = withOldJudgement(conditions, before.status?.conditions ?? []);
    return { ...kept, status: withConditions(after.status, judged) } as unknown as KubeObject;
  },
  // Any name that a path can hold.
  validateName: () => [],
  validateCreate: (object) => requestProblems(requestOf(object), undefined),
  validateUpdate: (next, old, context) => [
    ...requestProblems(requestOf(next), requestOf(old)),
    ...requestUpdateProblems(requestOf(next), requestOf(old), context.subresource),
  ],
  resetFields: {
    '': [['spec'], ['status']],
    status: [['spec'], ['status', 'conditions']],
    approval: [['spec'], ['status', 'certificate']],
  },
};

type Condition = CertificateSigningRequestCondition;

const withConditions = (status: CertificateSigningRequest['status'], conditions: readonly Condition[]) =>
  conditions.length === 0 && status?.conditions === undefined ? (status ?? {}) : { ...status, conditions };

/** Times that the writer left out. */
function stamped(conditions: readonly Condition[], old: readonly Condition[], now: string): readonly Condition[] {
  return conditions.map((one) => {
    const same = old.find(
      ({ type, status, lastTransitionTime }) => type === one.type && status === one.status && lastTransitionTime,
    );
    return {
      ...one,
      lastUpdateTime: one.lastUpdateTime ?? now,
      lastTransitionTime: one.lastTransitionTime ?? same?.lastTransitionTime ?? now,
    };
  });
}

/** The signer repeats the approver's conditions; what it says of them does not matter. */
function withOldJudgement(conditions: readonly Condition[], old: readonly Condition[]): readonly Condition[] {
  return ['Approved', 'Denied'].reduce<readonly Condition[]>((all, type) => {
    const before = old.filter((one) => one.type === type);
    if (all.filter((one) => one.type === type).length !== before.length) return all;
    let next = 0;
    return all.map((one) => (one.type === type ? before[next++]! : one));
  }, conditions);
}
