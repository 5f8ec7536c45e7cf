import type { Node, Taint } from '#core/api/types';
import { JsonFailure, parseJson } from '#core/base';
import { invalid, type Problem, required } from '#core/machinery/status';
import { taintProblems } from './taints.ts';

const PATH = 'metadata.annotations';
const TAINTS = 'scheduler.alpha.kubernetes.io/taints';
const AVOIDED = 'scheduler.alpha.kubernetes.io/preferAvoidPods';

interface Avoided {
  readonly preferAvoidPods?: readonly {
    readonly podSignature?: { readonly podController?: { readonly controller?: boolean } };
  }[];
}

/** An annotation as JSON; undefined where there is nothing in it, or nothing that can be read. */
function read(node: Node, key: string, path: string, problems: Problem[]): unknown {
  const text = node.metadata.annotations?.[key] ?? '';
  if (text === '') return undefined;
  try {
    return parseJson(new TextEncoder().encode(text)).value ?? undefined;
  } catch (failure) {
    if (!(failure instanceof JsonFailure)) throw failure;
    problems.push(invalid(path, key, failure.message));
    return undefined;
  }
}

/** What annotations of a node say to schedulers. Upstream: pkg/apis/core/validation/validation.go (ValidateNodeSpecificAnnotations). */
export function nodeAnnotationProblems(node: Node, problems: Problem[]): void {
  const taints = read(node, TAINTS, PATH, problems);
  if (Array.isArray(taints)) taintProblems(taints as readonly Taint[], `${PATH}.${TAINTS}`, problems);
  const avoided = read(node, AVOIDED, `${PATH}.AvoidPods`, problems) as Avoided | undefined;
  for (const [i, { podSignature }] of (avoided?.preferAvoidPods ?? []).entries()) {
    const place = `${PATH}.${AVOIDED}[${i}].PodSignature`;
    const controller = podSignature?.podController;
    if (controller === undefined) problems.push(required(place));
    else if (controller.controller === false) {
      problems.push(invalid(`${place}.PodController.Controller`, false, 'must point to a controller'));
    }
  }
}
