import type { ApiServer, LocalRequest, User } from '#core/apiserver';
import { type Call, clientOver } from './calls.ts';
import type { Client } from './types.ts';

export interface LocalClientOptions {
  /** As the archive and the audit log name the caller: `kube-controller-manager/deployment-controller`. */
  readonly userAgent: string;
  /** Told of each warning of an answer. */
  readonly warned?: (warning: string) => void;
}

/** A client inside the server's process: the same chain with an object instead of bytes, as `user`. */
export function localClient(server: ApiServer, user: User, options: LocalClientOptions): Client {
  const { userAgent, warned } = options;
  const requestOf = (call: Call): LocalRequest => ({ ...call, user, userAgent });
  return clientOver({
    async call(call) {
      const answer = await server.call(requestOf(call));
      if (warned !== undefined) for (const warning of answer.warnings) warned(warning);
      return answer.object;
    },
    watch: (call, sink) => server.watch(requestOf(call), sink),
  });
}

/** The identity of a built-in controller. Upstream: staging/src/k8s.io/controller-manager/pkg/clientbuilder. */
export const controllerUser = (name: string): User => ({
  name: `system:serviceaccount:kube-system:${name}`,
  groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
});
