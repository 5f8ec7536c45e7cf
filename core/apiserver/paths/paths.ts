import { utf8 } from '#core/base';
import { noSuchPath, refusal } from '#core/machinery/status';
import type { Context, Result } from '../context.ts';
import type { Parts } from '../parts.ts';
import type { Mount } from '../seams.ts';
import type { Answer } from '../types.ts';
import { healthAnswer } from './health.ts';

/** Answers what is no resource: health, version, metrics, the list of paths, and the documents that others mount. */
export function pathServer({ version, metrics, mounts = [], health = [], registry }: Parts) {
  const exact = new Map<string, Mount>();
  const prefixes: Mount[] = [];
  for (const mount of mounts) {
    exact.set(mount.path.endsWith('/') && mount.path !== '/' ? mount.path.slice(0, -1) : mount.path, mount);
    if (mount.path.endsWith('/')) prefixes.push(mount);
  }
  prefixes.sort((left, right) => right.path.length - left.path.length);
  const versionJson = utf8(JSON.stringify(version, undefined, 2));

  return async (context: Context): Promise<Result> => {
    const { info, headers, method, user } = context;
    const { path, query } = info;
    const answer = (given: Answer): Result => ({ kind: 'answer', answer: given });
    const checked = healthAnswer(health, path, query);
    if (checked !== undefined) return answer(checked);
    if (method !== 'GET' && READ_ONLY.test(path)) throw methodNotAllowed();
    if (path === '/version' || path === '/version/') refuseUnlessJson(headers['accept']);
    if (path === '/version' || path === '/version/')
      return answer({ status: 200, headers: JSON_TYPE, body: [versionJson] });
    if (path === '/metrics') return answer({ status: 200, headers: METRICS_TYPE, body: [utf8(metrics.text())] });
    if (path === '/') return answer({ status: 200, headers: JSON_TYPE, body: [utf8(pathList(exact, registry))] });
    const trimmed = /^\/(api|apis|openid|\.well-known)\/.*\/$|^\/apis?\/$/.test(path) ? path.slice(0, -1) : path;
    const mount = exact.get(trimmed) ?? prefixes.find((one) => path !== one.path && path.startsWith(one.path));
    if (mount === undefined) {
      // Below /api the answer is a Status, as for resources.
      if (/^\/(api|version)\//.test(path)) throw noSuchPath();
      return notThere();
    }
    const { status, headers: own, body } = await mount.answer({ path, query, headers, user });
    return answer({ status, headers: own, body: [body] });
  };
}

/** What is only read; other handlers take any method. */
const READ_ONLY = /^\/((api|version|openid|\.well-known)(\/|$)|apis\/[^/]+\/[^/])/;

const methodNotAllowed = () =>
  refusal('MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

/** The version is told in JSON only. Throws a StatusError (406). */
function refuseUnlessJson(accept = ''): void {
  if (
    accept === '' ||
    accept.split(',').some((one) => /^(\*\/\*|application\/json)$/.test(one.split(';', 1)[0]!.trim()))
  )
    return;
  throw refusal('NotAcceptable', '406: Not Acceptable\n\nAvailable representations: application/json', {});
}

const JSON_TYPE = { 'content-type': 'application/json' };
const METRICS_TYPE = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };

/** What no group serves. */
export const notThere = (): Result => ({
  kind: 'answer',
  answer: {
    status: 404,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
    body: [utf8('404 page not found\n')],
  },
});

function pathList(exact: ReadonlyMap<string, Mount>, registry: Parts['registry']): string {
  const paths = new Set<string>(['/healthz', '/livez', '/metrics', '/readyz', '/version', ...exact.keys()]);
  for (const { group, versions } of registry.all) {
    for (const { version, served } of versions) {
      if (!served) continue;
      if (group === '') paths.add('/api').add(`/api/${version}`);
      else paths.add('/apis').add('/apis/').add(`/apis/${group}`).add(`/apis/${group}/${version}`);
    }
  }
  return JSON.stringify({ paths: [...paths].toSorted() }, undefined, 2);
}
