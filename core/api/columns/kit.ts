import type { Columns } from '#core/api/definition';
import type { Container } from '#core/api/types';
import type { Json } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { type LabelSelectorObject, selectorOfLabels, selectorOfObject } from '#core/machinery/selectors';
import { columnsOf, type Now, since } from '#core/machinery/table';

export type Cells<T> = (object: T, now: Now) => readonly Json[];

/** What is shown of a kind: its columns by name (see `columnsOf`), and an object's cells. */
export const show = <T extends KubeObject>(names: readonly string[], cells: Cells<T>): Columns => ({
  columns: columnsOf(...names),
  cells: (object, now) => cells(object as T, now),
});

export const nameOf = ({ metadata }: KubeObject): string => metadata.name ?? '';
export const age = ({ metadata }: KubeObject, now: Now): string => since(metadata.creationTimestamp, now);

export const orNone = (text: string | undefined | null): string =>
  text === undefined || text === null || text === '' ? '<none>' : text;
export const orUnset = (text: string | undefined | null): string => text ?? '<unset>';

export const containerNames = (containers: readonly Container[] | undefined): string =>
  (containers ?? []).map(({ name }) => name).join();
export const containerImages = (containers: readonly Container[] | undefined): string =>
  (containers ?? []).map(({ image }) => image ?? '').join();

export const labelsText = (labels: Readonly<Record<string, string>> | undefined): string =>
  orNone(selectorOfLabels(labels).text);

export function selectorText(selector: LabelSelectorObject | undefined): string {
  try {
    return orNone(selectorOfObject(selector).text);
  } catch {
    return '<error>';
  }
}

interface Condition {
  readonly type: string;
  readonly status: string;
}
export const isTrue = (conditions: readonly Condition[] | undefined, type: string): boolean =>
  conditions?.find((condition) => condition.type === type)?.status === 'True';
