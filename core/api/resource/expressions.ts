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
  type Type,
  typeName,
} from '#core/machinery/cel';
import { type Declared, estimate, type Sizes, sizesOf } from '#core/machinery/cel/estimate';
import { forbiddenField, internalField, invalid, type Problem } from '#core/machinery/status';

const DEVICE = 'kubernetes.DRADevice';
const MOST_NAMES = 32;
const MOST_COST = 1_000_000n;

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

const sized = (type: Type, most: number): Declared => ({ type, most, leastBytes: 0 });
const domain = sized(STRING, 63);
const id = sized(STRING, 32);
const named = (element: Declared): Declared => ({
  ...sized(mapOf(STRING, element.type), MOST_NAMES),
  key: id,
  element,
});
const byDomain = (element: Declared): Declared => ({ ...named(element), key: domain });

let sizes: Sizes | undefined;

/** How large what a device says can be. Upstream: k8s.io/dynamic-resource-allocation/cel/compile.go (sizeEstimator). */
export function deviceSizes(): Sizes {
  const attribute = sized(ANY, 64);
  const fields = new Map([
    ['driver', sized(STRING, 63)],
    ['allowMultipleAllocations', sized(BOOL, 1)],
    ['attributes', byDomain({ ...named(attribute), anyField: attribute })],
    ['capacity', byDomain(named(sized(struct('kubernetes.Quantity'), 0)))],
  ]);
  const ofDevice = sizesOf({ ...sized(struct(DEVICE), 0), fields });
  sizes ??= (path) => (path[0] === 'device' ? ofDevice(path) : undefined);
  return sizes;
}

/** A selector must say yes or no, and not be too costly. Upstream: pkg/apis/resource/validation/validation.go (validateCELSelector). */
export function selectorExpressionProblems(expression: string, path: string, problems: Problem[]): void {
  const compiled = compile(expression, deviceEnvironment());
  if ('faults' in compiled) {
    problems.push(invalid(path, expression, `compilation failed: ${compiled.faults}`));
    return;
  }
  const { type, unplannable } = compiled;
  if (type.kind === 'bool' || type.kind === 'any') {
    if (unplannable !== undefined) problems.push(internalField(path, `program instantiation failed: ${unplannable}`));
    else if (estimate(compiled, deviceSizes()).max > MOST_COST) {
      problems.push(forbiddenField(path, 'too complex, exceeds cost limit'));
    }
    return;
  }
  problems.push(invalid(path, expression, `must evaluate to bool or the unknown type, not ${typeName(type)}`));
}
