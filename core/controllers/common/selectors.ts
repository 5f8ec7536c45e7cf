import { type LabelSelector, type LabelSelectorObject, nothing, selectorOfObject } from '#core/machinery/selectors';

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
