import type { ScalePaths } from '#core/api/definition';
import type { KubeObject } from '#core/machinery/object';
import { type LabelSelectorObject, selectorOfLabels, selectorOfObject } from '#core/machinery/selectors';

const selectorOf = (object: KubeObject): unknown =>
  (object as unknown as { readonly spec?: { readonly selector?: unknown } }).spec?.selector;

const paths = { specReplicas: ['spec', 'replicas'], statusReplicas: ['status', 'replicas'] } as const;

/** Kinds whose selector is a LabelSelector. */
export const scale: ScalePaths = {
  ...paths,
  selector: (object) => selectorOfObject(selectorOf(object) as LabelSelectorObject | undefined).text,
};

/** ReplicationControllers select by plain labels. */
export const scaleByLabels: ScalePaths = {
  ...paths,
  selector: (object) => selectorOfLabels(selectorOf(object) as Readonly<Record<string, string>> | undefined).text,
};
