import type { Library } from '../environment.ts';

/** Upstream: apiserver/pkg/cel/library/quantity.go. */
export const QUANTITY: Library = {
  signatures: {
    quantity_add: '(kubernetes.Quantity).add(kubernetes.Quantity): kubernetes.Quantity',
    quantity_add_int: '(kubernetes.Quantity).add(int): kubernetes.Quantity',
    quantity_get_float: '(kubernetes.Quantity).asApproximateFloat(): double',
    quantity_get_int: '(kubernetes.Quantity).asInteger(): int',
    quantity_compare_to: '(kubernetes.Quantity).compareTo(kubernetes.Quantity): int',
    quantity_is_greater_than: '(kubernetes.Quantity).isGreaterThan(kubernetes.Quantity): bool',
    quantity_is_integer: '(kubernetes.Quantity).isInteger(): bool',
    quantity_is_less_than: '(kubernetes.Quantity).isLessThan(kubernetes.Quantity): bool',
    is_quantity_string: 'isQuantity(string): bool',
    string_to_quantity: 'quantity(string): kubernetes.Quantity',
    quantity_sign: 'sign(kubernetes.Quantity): int',
    quantity_sub: '(kubernetes.Quantity).sub(kubernetes.Quantity): kubernetes.Quantity',
    quantity_sub_int: '(kubernetes.Quantity).sub(int): kubernetes.Quantity',
  },
};

/** Upstream: apiserver/pkg/cel/library/semverlib.go. */
export const SEMVER: Library = {
  signatures: {
    semver_compare_to: '(kubernetes.Semver).compareTo(kubernetes.Semver): int',
    semver_is_greater_than: '(kubernetes.Semver).isGreaterThan(kubernetes.Semver): bool',
    semver_is_less_than: '(kubernetes.Semver).isLessThan(kubernetes.Semver): bool',
    is_semver_string: 'isSemver(string): bool',
    is_semver_string_bool: 'isSemver(string, bool): bool',
    semver_major: '(kubernetes.Semver).major(): int',
    semver_minor: '(kubernetes.Semver).minor(): int',
    semver_patch: '(kubernetes.Semver).patch(): int',
    string_to_semver: 'semver(string): kubernetes.Semver',
    string_bool_to_semver: 'semver(string, bool): kubernetes.Semver',
  },
};

/** Asks whether somebody may do something. Upstream: apiserver/pkg/cel/library/authz.go. */
export const AUTHORIZATION: Library = {
  signatures: {
    decision_allowed: '(kubernetes.authorization.Decision).allowed(): bool',
    pathcheck_check: '(kubernetes.authorization.PathCheck).check(string): kubernetes.authorization.Decision',
    resourcecheck_check: '(kubernetes.authorization.ResourceCheck).check(string): kubernetes.authorization.Decision',
    decision_error: '(kubernetes.authorization.Decision).error(): string',
    decision_errored: '(kubernetes.authorization.Decision).errored(): bool',
    authorizer_fieldselector:
      '(kubernetes.authorization.ResourceCheck).fieldSelector(string): kubernetes.authorization.ResourceCheck',
    authorizer_group: '(kubernetes.authorization.Authorizer).group(string): kubernetes.authorization.GroupCheck',
    authorizer_labelselector:
      '(kubernetes.authorization.ResourceCheck).labelSelector(string): kubernetes.authorization.ResourceCheck',
    resourcecheck_name: '(kubernetes.authorization.ResourceCheck).name(string): kubernetes.authorization.ResourceCheck',
    resourcecheck_namespace:
      '(kubernetes.authorization.ResourceCheck).namespace(string): kubernetes.authorization.ResourceCheck',
    authorizer_path: '(kubernetes.authorization.Authorizer).path(string): kubernetes.authorization.PathCheck',
    decision_reason: '(kubernetes.authorization.Decision).reason(): string',
    groupcheck_resource:
      '(kubernetes.authorization.GroupCheck).resource(string): kubernetes.authorization.ResourceCheck',
    authorizer_serviceaccount:
      '(kubernetes.authorization.Authorizer).serviceAccount(string, string): kubernetes.authorization.Authorizer',
    resourcecheck_subresource:
      '(kubernetes.authorization.ResourceCheck).subresource(string): kubernetes.authorization.ResourceCheck',
  },
};

/** Upstream: apiserver/pkg/cel/library/jsonpatch.go. */
export const JSON_PATCH: Library = {
  signatures: { string_jsonpatch_escapeKey_string: 'jsonpatch.escapeKey(string): string' },
};
