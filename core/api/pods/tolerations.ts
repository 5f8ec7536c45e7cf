import type { Taint, Toleration } from '#core/api/types/core/v1';
import { decimalProblems } from '#core/machinery/names';

const MAX_INT64 = 2n ** 63n - 1n;

/** A whole number of 64 bits as people write it; `undefined` where it is none. */
function numberIn(text: string): bigint | undefined {
  if (decimalProblems(text).length > 0) return undefined;
  const number = BigInt(text);
  return number > MAX_INT64 || number < -MAX_INT64 - 1n ? undefined : number;
}

/**
 * Whether a toleration covers a taint: an empty effect or key covers all of them; `Lt` and `Gt` compare numbers, which the API
 * server lets a pod ask for only while their gate is open. Upstream: k8s.io/api/core/v1/toleration.go (ToleratesTaint).
 */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  const { key = '', value = '' } = toleration;
  const effect: string = toleration.effect ?? '';
  if ((effect !== '' && effect !== taint.effect) || (key !== '' && key !== taint.key)) return false;
  const operator: string = toleration.operator ?? '';
  const given = taint.value ?? '';
  switch (operator) {
    case '':
    case 'Equal':
      return value === given;
    case 'Exists':
      return true;
    case 'Lt':
    case 'Gt': {
      const [asked, has] = [numberIn(value), numberIn(given)];
      if (asked === undefined || has === undefined) return false;
      return operator === 'Lt' ? has < asked : has > asked;
    }
    default:
      return false;
  }
}

/** Upstream: component-helpers/scheduling/corev1/helpers.go (TolerationsTolerateTaint). */
export const toleratedBy = (tolerations: readonly Toleration[] | undefined, taint: Taint): boolean =>
  tolerations?.some((toleration) => tolerates(toleration, taint)) === true;
