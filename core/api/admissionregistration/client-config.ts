import type { WebhookClientConfig } from '#core/api/types';
import { dnsSubdomainProblems, portNumberProblems, urlProblem } from '#core/machinery/names';
import { invalid, type Problem, required } from '#core/machinery/status';

const FORM = '; desired format: https://host[/path]';
const PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?:([^/?#@]*)@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

function urlProblems(url: string, path: string, problems: Problem[]): void {
  const unread = urlProblem(url);
  if (unread !== undefined) {
    problems.push(required(path, `url must be a valid URL: ${unread}${FORM}`));
    return;
  }
  const [, scheme = '', user, host = '', , query = '', fragment = ''] = PARTS.exec(url) ?? [];
  const refuse = (value: string, detail: string) => problems.push(invalid(path, value, detail));
  if (scheme.toLowerCase() !== 'https') refuse(scheme, `'https' is the only allowed URL scheme${FORM}`);
  if (host === '') refuse(host, `host must be specified${FORM}`);
  if (user !== undefined) refuse(user, 'user information is not permitted in the URL');
  if (fragment !== '') refuse(fragment, 'fragments are not permitted in the URL');
  if (query !== '') refuse(query, 'query parameters are not permitted in the URL');
}

type ServiceTarget = NonNullable<WebhookClientConfig['service']>;

function pathProblems(target: string, path: string, problems: Problem[]): void {
  if (target === '' || target === '/') return;
  const refuse = (detail: string) => problems.push(invalid(path, target, detail));
  if (target === '//') {
    refuse('segment[0] may not be empty');
    return;
  }
  if (!target.startsWith('/')) refuse("must start with a '/'");
  const steps = target.slice(1).replace(/\/$/, '').split('/');
  for (const [i, step] of steps.entries()) {
    if (step === '') refuse(`segment[${i}] may not be empty`);
    else for (const detail of dnsSubdomainProblems(step)) refuse(`segment[${i}]: ${detail}`);
  }
}

function serviceProblems(
  { name, namespace, path: target, port = 0 }: ServiceTarget,
  path: string,
  problems: Problem[],
) {
  // The original takes one for the other here, and clients know the field that it names.
  if (!namespace) problems.push(required(`${path}.name`));
  if (!name) problems.push(required(`${path}.namespace`));
  const why = portNumberProblems(port);
  if (why.length > 0) problems.push(invalid(`${path}.port`, port, `port is not valid: ${why.join(',')}`));
  if (target !== undefined) pathProblems(target, `${path}.path`, problems);
}

/** Where a webhook is called. Upstream: apiserver/pkg/util/webhook/validation.go. */
export function clientConfigProblems(config: WebhookClientConfig | undefined, path: string, problems: Problem[]): void {
  const { url, service } = config ?? {};
  if ((url === undefined) === (service === undefined)) {
    problems.push(required(path, 'exactly one of url or service is required'));
  } else if (url !== undefined) urlProblems(url, `${path}.url`, problems);
  else serviceProblems(service!, `${path}.service`, problems);
}
