/** Why a request's signal aborts; made once, since it says the same of all. */
const GONE = new Error('the client went away');

/** A signal that is made when somebody asks for it: most requests end before anybody does. */
export interface LazySignal {
  signal(): AbortSignal;
  abort(): void;
}

export function lazySignal(): LazySignal {
  let controller: AbortController | undefined;
  let isGone = false;
  return {
    signal() {
      if (controller === undefined) {
        controller = new AbortController();
        if (isGone) controller.abort(GONE);
      }
      return controller.signal;
    },
    abort() {
      isGone = true;
      controller?.abort(GONE);
    },
  };
}
