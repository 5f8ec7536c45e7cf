import {
  ANY,
  baseEnvironment,
  BINDINGS,
  BOOL,
  compile,
  type Environment,
  extend,
  mapOf,
  STRING,
  struct,
  structsOf,
  typeName,
} from '#core/machinery/cel';
import { invalid, type Problem } from '#core/machinery/status';

const DEVICE = 'kubernetes.DRADevice';

let devices: Environment | undefined;

/** What a selector may speak of: a device. Upstream: k8s.io/dynamic-resource-allocation/cel/compile.go (newCompiler). */
export function deviceEnvironment(): Environment {
  const fields = {
    driver: STRING,
    allowMultipleAllocations: BOOL,
    attributes: mapOf(STRING, mapOf(STRING, ANY)),
    capacity: mapOf(STRING, mapOf(STRING, struct('kubernetes.Quantity'))),
  };
  devices ??= extend(baseEnvironment(), {
    libraries: [BINDINGS],
    variables: { device: struct(DEVICE) },
    struct: structsOf(new Map([[DEVICE, fields]])),
  });
  return devices;
}

/** A selector must say yes or no. Its cost is not estimated. Upstream: k8s.io/dynamic-resource-allocation/cel/compile.go. */
export function selectorExpressionProblems(expression: string, path: string, problems: Problem[]): void {
  const compiled = compile(expression, deviceEnvironment());
  if ('faults' in compiled) {
    problems.push(invalid(path, expression, `compilation failed: ${compiled.faults}`));
    return;
  }
  const { type } = compiled;
  if (type.kind === 'bool' || type.kind === 'any') return;
  problems.push(invalid(path, expression, `must evaluate to bool or the unknown type, not ${typeName(type)}`));
}
