import type { Stage } from '../context.ts';
import type { Impersonate } from '../seams.ts';

/** Lets a user act as another one, if it may. Upstream: apiserver/pkg/endpoints/filters/impersonation. */
export const impersonating =
  <Out>(impersonate: Impersonate): Stage<Out> =>
  async (context, next) => {
    const { headers } = context;
    const asked =
      headers['impersonate-user'] !== undefined ||
      headers['impersonate-group'] !== undefined ||
      headers['impersonate-uid'] !== undefined ||
      Object.keys(headers).some((name) => name.startsWith('impersonate-extra-'));
    if (!asked) return next(context);
    return next({ ...context, user: await impersonate(context.user, headers) });
  };
