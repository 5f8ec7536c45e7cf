/** What a request to a kubelet means to the API server's authorizer: any one of the subresources is enough. */
export interface KubeletAttributes {
  readonly verb: string;
  readonly subresources: readonly string[];
}

const VERBS: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** By the first part of the path. Upstream: pkg/kubelet/server/auth.go. */
const SUBRESOURCES: Readonly<Record<string, readonly string[]>> = {
  pods: ['pods', 'proxy'],
  runningpods: ['pods', 'proxy'],
  healthz: ['healthz', 'proxy'],
  configz: ['configz', 'proxy'],
  flagz: ['configz'],
  stats: ['stats'],
  metrics: ['metrics'],
  logs: ['log'],
  checkpoint: ['checkpoint'],
  statusz: ['statusz'],
};

/** `path` is without its query. */
export function attributesOf(method: string, path: string): KubeletAttributes {
  const first = path.split('/', 2)[1] ?? '';
  const subresources = Object.hasOwn(SUBRESOURCES, first) ? SUBRESOURCES[first]! : ['proxy'];
  return { verb: VERBS[method] ?? '', subresources };
}
