const FORM = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/;
const RANKS: Readonly<Record<string, number>> = { alpha: 0, beta: 1 };

/**
 * Orders versions as clients should prefer them: v2, v1, v1beta2, v1beta1, v1alpha1, then all others by name. Upstream:
 * apimachinery/pkg/version/helpers.go.
 */
export function byPreference(left: string, right: string): number {
  const [one, other] = [FORM.exec(left), FORM.exec(right)];
  if (one === null || other === null) {
    if (one === null && other === null) return left < right ? -1 : left > right ? 1 : 0;
    return one === null ? 1 : -1;
  }
  const rank = ([, , stage]: RegExpExecArray) => RANKS[stage ?? ''] ?? 2;
  return rank(other) - rank(one) || Number(other[1]) - Number(one[1]) || Number(other[3] ?? 0) - Number(one[3] ?? 0);
}
