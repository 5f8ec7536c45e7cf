import type { Strategy } from '#core/api/definition';
import { genericStrategy } from '#core/api/strategy';
import type { ConfigMap } from '#core/api/types';
import { byteLength } from '#core/machinery/names';
import { invalid, type Problem, tooLong } from '#core/machinery/status';
import { immutableProblems, keyProblems, MAX_DATA, textSize } from '../keyed-data.ts';

function configMapProblems({ data, binaryData }: ConfigMap): readonly Problem[] {
  const problems: Problem[] = [];
  let size = 0;
  for (const key in data) {
    keyProblems(key, `data[${key}]`, problems);
    if (binaryData !== undefined && Object.hasOwn(binaryData, key)) {
      problems.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    }
    size += byteLength(data[key]!);
  }
  for (const key in binaryData) {
    keyProblems(key, `binaryData[${key}]`, problems);
    size += textSize(binaryData[key]!);
  }
  if (size > MAX_DATA) problems.push(tooLong('[]', MAX_DATA));
  return problems;
}

/** Upstream: pkg/registry/core/configmap/strategy.go, pkg/apis/core/validation/validation.go. */
export const configMapStrategy: Strategy = {
  ...genericStrategy({ group: '', version: 'v1', kind: 'ConfigMap' }),
  validateCreate: (object) => configMapProblems(object as ConfigMap),
  validateUpdate: (next, old) => [
    ...immutableProblems(next as ConfigMap, old as ConfigMap, ['data', 'binaryData']),
    ...configMapProblems(next as ConfigMap),
  ],
};
