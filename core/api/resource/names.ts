import { driverNameProblems } from '#core/api/core';
import { byteLength, cIdentifierProblems, dnsLabelProblems, dnsSubdomainProblems } from '#core/machinery/names';
import { invalid, type Problem, required, tooLong } from '#core/machinery/status';
import { setProblems } from './lists.ts';

const MAX_ID = 32;
const MAX_POOL = 253;
export const MAX_REQUESTS = 32;
const NO_REQUEST =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

/** Names of requests, devices and counters. */
export function labelNameProblems(name: string | undefined, path: string, problems: Problem[]): void {
  for (const detail of dnsLabelProblems(name ?? '')) problems.push(invalid(path, name ?? '', detail));
}

function identifierProblems(id: string, path: string, problems: Problem[]): void {
  if (id.length > MAX_ID) problems.push(tooLong(path, MAX_ID));
  for (const detail of cIdentifierProblems(id)) problems.push(invalid(path, id, detail));
}

/** `[DOMAIN/]ID`: what attributes and capacities are called. */
export function attributeNameProblems(name: string, path: string, problems: Problem[]): void {
  const parts = name.split('/');
  if (parts.length === 1) identifierProblems(name, path, problems);
  if (parts.length !== 2) return;
  const [domain = '', id = ''] = parts;
  if (domain === '') problems.push(invalid(path, '', 'the domain must not be empty'));
  else driverNameProblems(domain, path, problems);
  if (id === '') problems.push(invalid(path, '', 'the name must not be empty'));
  else identifierProblems(id, path, problems);
}

export function fullAttributeNameProblems(name: string, path: string, problems: Problem[]): void {
  attributeNameProblems(name, path, problems);
  if (name.includes('/')) return;
  problems.push(invalid(path, name, 'a fully qualified name must be a domain and a name separated by a slash'));
}

/** Subdomains, separated by slashes. */
export function poolNameProblems(name: string | undefined, path: string, problems: Problem[]): void {
  if (!name) {
    problems.push(required(path));
    return;
  }
  if (byteLength(name) > MAX_POOL) problems.push(tooLong(path, MAX_POOL));
  for (const part of name.split('/')) {
    for (const detail of dnsSubdomainProblems(part)) problems.push(invalid(path, part, detail));
  }
}

/** `NAME` or `NAME/ALTERNATIVE`, of a request that there is. */
export function referenceProblems(name: string, names: ReadonlySet<string>, path: string, problems: Problem[]): void {
  const parts = name.split('/');
  if (parts.length <= 2) for (const part of parts) labelNameProblems(part, path, problems);
  if (!names.has(name)) problems.push(invalid(path, name, NO_REQUEST));
}

/** Several of them, none twice. */
export function referencesProblems(
  references: readonly string[] | undefined,
  names: ReadonlySet<string>,
  path: string,
  problems: Problem[],
): void {
  const check = (name: string, place: string) => referenceProblems(name, names, place, problems);
  setProblems(references, MAX_REQUESTS, check, (name) => name, path, problems);
}
