import {
  type LabelSelector,
  type LabelSelectorObject,
  nothing,
  selectorOfLabels,
  selectorOfObject,
} from '#core/machinery/selectors';

type Labels = Readonly<Record<string, string>>;

/** Objects are never changed, so what was compiled from one stays true. */
const compiled = new WeakMap<LabelSelectorObject, LabelSelector>();

/** The compiled selector. One that makes no sense selects nothing: the server let it pass before it knew better. */
export function selectorFor(object: LabelSelectorObject | undefined): LabelSelector {
  if (object === undefined) return nothing;
  let selector = compiled.get(object);
  if (selector === undefined) {
    try {
      selector = selectorOfObject(object);
    } catch {
      selector = nothing;
    }
    compiled.set(object, selector);
  }
  return selector;
}

const ofLabels = new WeakMap<Labels, LabelSelector>();

/** The compiled selector of plain labels, as Services have it; absent or empty selects nothing. */
export function selectorForLabels(labels: Labels | undefined): LabelSelector {
  if (labels === undefined) return nothing;
  let selector = ofLabels.get(labels);
  if (selector === undefined) {
    selector = selectorOfLabels(labels);
    if (selector.everything) selector = nothing;
    ofLabels.set(labels, selector);
  }
  return selector;
}
