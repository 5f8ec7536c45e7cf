import { unauthorized } from '#core/machinery/status';
import type { Stage } from '../context.ts';
import type { Authenticator } from '../seams.ts';

/** Finds out who asks. Upstream: apiserver/pkg/endpoints/filters/authentication.go. */
export const authenticate =
  <Out>(authenticator: Authenticator): Stage<Out> =>
  async (context, next) => {
    const { headers, peer, info, warnings } = context;
    const warn = (text: string) => void warnings.push(text);
    const user = await authenticator.authenticate({ headers, peer, path: info.path, warn });
    if (user === undefined) throw unauthorized();
    return next({ ...context, user });
  };
