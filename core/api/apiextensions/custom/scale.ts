import type { ScalePaths } from '#core/api/definition';
import type { CustomResourceSubresourceScale } from '#core/api/types';
import { isObject, type Json } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { invalid, type Problem } from '#core/machinery/status';

const MOST = 2 ** 31 - 1;

/** `.spec.replicas` as names. */
export const namesOf = (path: string): readonly string[] => path.replace(/^\./, '').split('.');

/** What lies at a path of names; undefined where there is nothing. */
export function valueAt(object: KubeObject, names: readonly string[]): Json | undefined {
  let value = object as unknown as Json | undefined;
  for (const name of names) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

/** Where the scale of a custom resource is kept. */
export function scalePaths(scale: CustomResourceSubresourceScale): ScalePaths {
  const selector = scale.labelSelectorPath === undefined ? undefined : namesOf(scale.labelSelectorPath);
  return {
    specReplicas: namesOf(scale.specReplicasPath),
    statusReplicas: namesOf(scale.statusReplicasPath),
    selector: (object) => {
      const text = selector === undefined ? undefined : valueAt(object, selector);
      return typeof text === 'string' ? text : '';
    },
  };
}

function goType(value: Json): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return value === null ? '<nil>' : 'map[string]interface {}';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'float64';
}

const notThat = (path: string, value: Json, wanted: string): string =>
  `${path} accessor error: ${typeof value === 'object' ? '' : String(value)} is of the type ${goType(value)}, expected ${wanted}`;

function countProblems(object: KubeObject, path: string): readonly Problem[] {
  const value = valueAt(object, namesOf(path));
  if (value === undefined) return [];
  if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isInteger(value))) {
    return [invalid(path, 0, notThat(path, value, 'int64'))];
  }
  if (value < 0) return [invalid(path, value, 'should be a non-negative integer')];
  return value > MOST ? [invalid(path, value, `should be less than or equal to ${MOST}`)] : [];
}

/** What keeps a custom resource from being scaled. Upstream: apiextensions-apiserver/pkg/registry/customresource/validator.go. */
export function scaleProblems(
  scale: CustomResourceSubresourceScale,
  object: KubeObject,
  which: 'all' | 'status',
): readonly Problem[] {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
  const selector = labelSelectorPath === undefined ? undefined : valueAt(object, namesOf(labelSelectorPath));
  return [
    ...(which === 'all' ? countProblems(object, specReplicasPath) : []),
    ...countProblems(object, statusReplicasPath),
    ...(selector === undefined || typeof selector === 'string'
      ? []
      : [invalid(labelSelectorPath!, '', notThat(labelSelectorPath!, selector, 'string'))]),
  ];
}
