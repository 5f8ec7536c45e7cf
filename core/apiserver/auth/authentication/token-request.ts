import type { TokenRequest, Pod } from '#core/api/types';
import type { Clock } from '#core/base';
import type { KubeObject } from '#core/machinery/object';
import { badRequest, conflict, invalid, invalidObject, notFound, type Problem } from '#core/machinery/status';
import type { SubresourceHandler } from '#core/apiserver';
import type { Stored } from '../stored.ts';
import type { IssueOptions, ServiceAccountTokens } from './service-accounts.ts';

/** The kubelet asks for this many seconds on behalf of pods; their tokens then live a year and only warn, as upstream. */
const WARN_ONLY_SECONDS = 3607;
const EXTENDED_SECONDS = 365 * 24 * 3600;
const DEFAULT_SECONDS = 3600;

const KIND = { group: 'authentication.k8s.io', resource: 'TokenRequest' };

/** Answers a create on `serviceaccounts/token`. Upstream: pkg/registry/core/serviceaccount/storage/token.go. */
export const tokenRequests =
  (tokens: ServiceAccountTokens, stored: Stored, clock: Clock): SubresourceHandler =>
  (object, { name, namespace, parent }) => {
    const request = object as TokenRequest;
    checkNames(request, parent, name, namespace);
    const audiences = request.spec?.audiences?.length ? request.spec.audiences : tokens.audiences;
    const seconds = Number(request.spec?.expirationSeconds ?? DEFAULT_SECONDS);
    const problems = validate(seconds);
    if (problems.length > 0) throw invalidObject({ ...KIND, name: '' }, problems);

    const now = clock.now();
    const bound = boundTo(request, name, namespace, stored);
    const lives =
      bound?.pod !== undefined &&
      seconds === WARN_ONLY_SECONDS &&
      audiences.every((one) => tokens.audiences.includes(one));
    const token = tokens.issue({
      account: parent,
      ...(bound === undefined ? {} : { bound }),
      audiences,
      seconds: lives ? EXTENDED_SECONDS : seconds,
      ...(lives ? { warnAfter: seconds } : {}),
      now,
    });
    const { uid } = parent.metadata;
    return {
      ...object,
      metadata: {
        ...object.metadata,
        name,
        namespace,
        ...(uid === undefined ? {} : { uid }),
        creationTimestamp: seconds3339(now),
      },
      spec: { ...request.spec, audiences, expirationSeconds: seconds },
      status: { token, expirationTimestamp: seconds3339(now + seconds * 1000) },
    } as KubeObject;
  };

const seconds3339 = (milliseconds: number) => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');

function checkNames({ metadata }: TokenRequest, account: KubeObject, name: string, namespace: string): void {
  const problems: Problem[] = [];
  if (metadata?.name && metadata.name !== name) {
    problems.push(invalid('metadata.name', metadata.name, 'must match the service account name if specified'));
  }
  if (metadata?.namespace && metadata.namespace !== namespace) {
    problems.push(
      invalid('metadata.namespace', metadata.namespace, 'must match the service account namespace if specified'),
    );
  }
  if (problems.length > 0) throw invalidObject({ ...KIND, name }, problems);
  if (metadata?.uid && metadata.uid !== account.metadata.uid) {
    throw conflict(
      { ...KIND, name },
      `the UID in the token request (${metadata.uid}) does not match the UID of the service account (${account.metadata.uid})`,
    );
  }
}

function validate(seconds: number): Problem[] {
  const path = 'spec.expirationSeconds';
  if (seconds < 600) return [invalid(path, seconds, 'may not specify a duration less than 10 minutes')];
  if (seconds > 2 ** 32) return [invalid(path, seconds, 'may not specify a duration larger than 2^32 seconds')];
  return [];
}

const RESOURCES: Readonly<Record<string, string>> = { Pod: 'pods', Node: 'nodes', Secret: 'secrets' };

function boundTo(request: TokenRequest, name: string, namespace: string, stored: Stored): IssueOptions['bound'] {
  const reference = request.spec?.boundObjectRef;
  if (reference === undefined || reference === null) return undefined;
  const { kind = '', apiVersion = '', uid } = reference;
  const resource = apiVersion === 'v1' ? RESOURCES[kind] : undefined;
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  if (resource === undefined) throw badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${kind}`);
  const object = stored.get('', resource, kind === 'Node' ? '' : namespace, reference.name ?? '');
  if (object === undefined) throw notFound({ group: '', resource, name: reference.name ?? '' });
  const itself = { name: object.metadata.name ?? '', uid: object.metadata.uid ?? '' };
  const pod = kind === 'Pod' ? (object as unknown as Pod) : undefined;
  if (pod !== undefined && pod.spec?.serviceAccountName !== name) {
    throw badRequest(
      `cannot bind token for serviceaccount "${name}" to pod running with different serviceaccount name.`,
    );
  }
  if (uid !== undefined && uid !== '' && uid !== itself.uid) {
    throw conflict(
      { group, resource: kind, name: reference.name ?? '' } as { group: string; resource: string; name: string },
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  if (kind === 'Secret') return { secret: itself };
  if (kind === 'Node') return { node: itself };
  return { pod: itself, ...nodeOf(pod?.spec?.nodeName, stored) };
}

/** Where a pod runs; the name alone while no such Node exists. */
function nodeOf(name: string | undefined, stored: Stored): IssueOptions['bound'] {
  if (name === undefined || name === '') return {};
  const uid = stored.get('', 'nodes', '', name)?.metadata.uid;
  return { node: { name, ...(uid === undefined ? {} : { uid }) } };
}
