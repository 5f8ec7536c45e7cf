import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '#core/api/types';
import { inRange, parseRange, portNameProblems, portNumberProblems, rangeProblems } from '#core/machinery/names';
import { forbiddenField, invalid, notSupported, type Problem, required } from '#core/machinery/status';
import { matching, selectorProblems } from '#core/machinery/validation';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const TYPES = ['Ingress', 'Egress'];

type Block = NonNullable<NetworkPolicyPeer['ipBlock']>;

function portProblems({ protocol, port, endPort }: NetworkPolicyPort, path: string, problems: Problem[]): void {
  if (protocol !== undefined && !PROTOCOLS.includes(protocol)) {
    problems.push(notSupported(`${path}.protocol`, protocol, PROTOCOLS));
  }
  const end = `${path}.endPort`;
  if (typeof port === 'number') {
    for (const detail of portNumberProblems(port)) problems.push(invalid(`${path}.port`, port, detail));
    if (endPort === undefined) return;
    if (endPort < port) problems.push(invalid(end, port, 'must be greater than or equal to `port`'));
    for (const detail of portNumberProblems(endPort)) problems.push(invalid(end, endPort, detail));
    return;
  }
  if (endPort !== undefined) {
    const when = port === undefined ? 'not specified' : 'non-numeric';
    problems.push(invalid(end, endPort, `may not be specified when \`port\` is ${when}`));
  }
  matching(portNameProblems)(port, `${path}.port`, problems);
}

/** `known` are ranges that the old policy had: they are let through. */
function blockProblems({ cidr, except }: Block, known: ReadonlySet<string>, path: string, problems: Problem[]): void {
  if ((cidr ?? '') === '') {
    problems.push(required(`${path}.cidr`));
    return;
  }
  if (!known.has(cidr)) matching(rangeProblems)(cidr, `${path}.cidr`, problems);
  const whole = parseRange(cidr);
  if (whole === undefined) return;
  for (const [i, text] of (except ?? []).entries()) {
    const place = `${path}.except[${i}]`;
    if (!known.has(text)) matching(rangeProblems)(text, place, problems);
    const part = parseRange(text);
    if (part === undefined || (inRange(whole, part.address) && whole.bits < part.bits)) continue;
    problems.push(invalid(place, text, 'must be a strict subset of `cidr`'));
  }
}

function peerProblems(peer: NetworkPolicyPeer, known: ReadonlySet<string>, path: string, problems: Problem[]): void {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  selectorProblems(podSelector, `${path}.podSelector`, problems);
  selectorProblems(namespaceSelector, `${path}.namespaceSelector`, problems);
  if (ipBlock !== undefined) blockProblems(ipBlock, known, `${path}.ipBlock`, problems);
  const selects = podSelector !== undefined || namespaceSelector !== undefined;
  if (!selects && ipBlock === undefined) problems.push(required(path, 'must specify a peer'));
  else if (selects && ipBlock !== undefined) {
    problems.push(forbiddenField(path, 'may not specify both ipBlock and another peer'));
  }
}

/** The rules of both directions, with the name of their peers. */
function rulesOf({ spec }: NetworkPolicy) {
  const ingress = (spec?.ingress ?? []).map(({ ports, from }, i) => ({
    ports,
    peers: from,
    path: `spec.ingress[${i}]`,
    to: 'from',
  }));
  const egress = (spec?.egress ?? []).map(({ ports, to }, i) => ({
    ports,
    peers: to,
    path: `spec.egress[${i}]`,
    to: 'to',
  }));
  return [...ingress, ...egress];
}

function specProblems(policy: NetworkPolicy, known: ReadonlySet<string>, problems: Problem[]): void {
  selectorProblems(policy.spec?.podSelector, 'spec.podSelector', problems);
  for (const { ports, peers, path, to } of rulesOf(policy)) {
    for (const [j, port] of (ports ?? []).entries()) portProblems(port, `${path}.ports[${j}]`, problems);
    for (const [j, peer] of (peers ?? []).entries()) peerProblems(peer, known, `${path}.${to}[${j}]`, problems);
  }
  const types = policy.spec?.policyTypes ?? [];
  if (types.length > TYPES.length) {
    problems.push(invalid('spec.policyTypes', types, 'may not specify more than two policyTypes'));
    return;
  }
  for (const [i, type] of types.entries()) {
    if (!TYPES.includes(type)) problems.push(notSupported(`spec.policyTypes[${i}]`, type, TYPES));
  }
}

/** Upstream: pkg/apis/networking/validation/validation.go (ValidateNetworkPolicy). */
export const networkPolicyProblems = (policy: NetworkPolicy, problems: Problem[]): void =>
  specProblems(policy, new Set(), problems);

export function networkPolicyUpdateProblems(next: NetworkPolicy, old: NetworkPolicy, problems: Problem[]): void {
  const known = new Set<string>();
  for (const { peers } of rulesOf(old)) {
    for (const { ipBlock } of peers ?? []) {
      if (ipBlock === undefined) continue;
      for (const range of [ipBlock.cidr, ...(ipBlock.except ?? [])]) known.add(range);
    }
  }
  specProblems(next, known, problems);
}
