import { driverNameProblems } from '#core/api/core';
import { byteLength, cIdentifierProblems, dnsLabelProblems, dnsSubdomainProblems } from '#core/machinery/names';
import { invalid, type Problem, required, tooLong } from '#core/machinery/status';

const MAX_ID = 32;
const MAX_POOL = 253;

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
