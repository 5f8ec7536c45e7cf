import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Pod, Service, ServiceSpec } from '#core/api/types/core/v1';
import type { EndpointSlice } from '#core/api/types/discovery/v1';
import type { NetworkPolicy, NetworkPolicySpec } from '#core/api/types/networking/v1';
import { textOf } from '#core/base';
import { DNS_SERVICE, ownSlice } from '#core/network/dns';
import { policyContent, wholePolicyTable } from '#core/network/policies';
import { merge, noRules, serviceRules, TABLE, wholeTable, type RuleSet } from '#core/network/services';
import { difference } from '#core/network/table';
import { criRuntime } from '#adapters/cri';
import { openNft, type Nft } from '#adapters/nftables';
import { containerOf, sandboxOf } from './pods.ts';
import { cannotRun, realNodes, type RealNodes, unusedIndex } from './real-node.ts';

const run = promisify(execFile);
const INDEX = unusedIndex(200, 44);
const RANGE = `10.${244 - INDEX}.0.0/16`;
const [WEB, EMPTY, STICKY, DNS] = ['10.96.0.20', '10.96.0.21', '10.96.0.22', '10.96.0.10'];

const service = (name: string, spec: Partial<ServiceSpec>, namespace = 'default'): Service => ({
  kind: 'Service',
  apiVersion: 'v1',
  metadata: { name, namespace },
  spec: { ports: [{ port: 80 }], ...spec },
});

describe.skipIf(cannotRun !== undefined)('traffic between pods of two nodes', () => {
  let nodes: RealNodes;
  const runtimes: ReturnType<typeof criRuntime>[] = [];
  const tables: Nft[] = [];
  const applied: RuleSet[] = [noRules, noRules];
  const pods: { id: string; ip: string }[] = [];
  let dns: ChildProcess | undefined;

  const enter = (node: number) => ['nsenter', '-t', String(nodes.states[node]!.pid), '-n'];
  const put = async (services: readonly (readonly [Service, readonly EndpointSlice[]])[]) => {
    for (const [index, spec] of nodes.specs.entries()) {
      const here = { node: spec.name, ip: spec.ip, zone: '', podRanges: [RANGE] };
      const rules = merge(services.map(([one, slices]) => serviceRules(one, slices, here)));
      await tables[index]!.apply(difference(TABLE, applied[index]!, rules).commands);
      applied[index] = rules;
    }
  };
  const web = (...at: number[]): EndpointSlice => ({
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: {},
    addressType: 'IPv4',
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    endpoints: at.map((pod) => ({ addresses: [pods[pod]!.ip], nodeName: nodes.specs[pod]!.name })),
  });
  /** What each of several attempts from a pod printed. */
  const fromPod = async (pod: number, command: string, times = 1) => {
    const loop = `for i in $(seq ${times}); do ${command}; done`;
    const { stdout } = await runtimes[pod]!.execSync(pods[pod]!.id, ['sh', '-c', `${loop} 2>&1`], 25);
    return textOf(stdout).trim().split('\n');
  };
  const ask = (place: string, port: number) => `timeout 3 nc ${place} ${port} </dev/null || echo failed $?`;

  beforeAll(async () => {
    nodes = await realNodes(2, INDEX);
    for (const [index, { socket, pid }] of nodes.states.entries()) {
      runtimes.push(criRuntime(socket));
      tables.push(openNft(enter(index)));
      await tables[index]!.apply(wholeTable(noRules, ['10.96.0.0/16']).commands);
      const other = nodes.specs[1 - index]!;
      await run('nsenter', ['-t', String(pid), '-n', 'ip', 'route', 'add', other.podCIDR, 'via', other.ip]);
    }
    for (const [index, runtime] of runtimes.entries()) {
      const resolver = {
        servers: [DNS],
        searches: ['default.svc.cluster.local', 'svc.cluster.local'],
        options: ['ndots:5'],
      };
      const config = { ...sandboxOf(`pod-${index}`), dns: resolver };
      const sandbox = await runtime.runSandbox(config);
      const image = (await runtime.imageStatus('busybox:1.35'))!.id;
      const command = ['nc', '-ll', '-p', '8080', '-e', 'echo', `pod-${index}`];
      const id = await runtime.createContainer(sandbox, containerOf('main', image, command), config);
      await runtime.startContainer(id);
      pods.push({ id, ip: (await runtime.sandboxStatus(sandbox)).ips[0]! });
    }
    const [prefix = '', ...args] = [...enter(0), process.execPath, join(import.meta.dirname, 'dns-inside.ts')];
    dns = spawn(prefix, [...args, nodes.specs[0]!.ip, WEB], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(dns.stdout!, 'data');
  }, 60_000);
  afterAll(async () => {
    dns?.kill();
    for (const runtime of runtimes) runtime.close();
    for (const table of tables) table.close();
    await nodes?.remove();
  }, 60_000);

  test('reaches a pod of the other node directly, with its own address', async () => {
    expect(await fromPod(0, ask(pods[1]!.ip, 8080))).toEqual(['pod-1']);
  });

  test('is spread over the endpoints of a Service, itself included', async () => {
    await put([[service('web', { clusterIP: WEB }), [web(0, 1)]]]);
    expect(new Set(await fromPod(0, ask(WEB, 80), 16))).toEqual(new Set(['pod-0', 'pod-1']));
    await put([[service('web', { clusterIP: WEB }), [web(0)]]]);
    expect(new Set(await fromPod(0, ask(WEB, 80), 3)), 'hairpin').toEqual(new Set(['pod-0']));
    expect(new Set(await fromPod(1, ask(WEB, 80), 3)), 'other node').toEqual(new Set(['pod-0']));
  });

  test('is refused at once where a Service has no endpoints, or no such port', async () => {
    await put([[service('empty', { clusterIP: EMPTY }), []]]);
    const began = performance.now();
    const refused = await fromPod(
      0,
      `nc ${EMPTY} 80 </dev/null || echo failed; nc ${EMPTY} 81 </dev/null || echo failed`,
    );
    expect(refused.filter((line) => line.includes('refused'))).toHaveLength(2);
    expect(performance.now() - began).toBeLessThan(900);
  });

  test('stays with one endpoint where a Service remembers clients', async () => {
    await put([[service('sticky', { clusterIP: STICKY, sessionAffinity: 'ClientIP' }), [web(0, 1)]]]);
    expect(new Set(await fromPod(1, ask(STICKY, 80), 10)).size).toBe(1);
  });

  test('comes in by a node port, of any node and from the machine', async () => {
    const spec: Partial<ServiceSpec> = { clusterIP: WEB, type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] };
    await put([[service('web', spec), [web(1)]]]);
    expect(await fromPod(0, ask(nodes.specs[0]!.ip, 30080))).toEqual(['pod-1']);
    expect(await fromPod(0, ask(nodes.specs[1]!.ip, 30080))).toEqual(['pod-1']);
    const { stdout } = await run('sh', ['-c', `busybox nc ${nodes.specs[0]!.ip} 30080 </dev/null`]);
    expect(stdout).toBe('pod-1\n');

    await put([[service('web', { ...spec, externalTrafficPolicy: 'Local' }), [web(1)]]]);
    expect(await fromPod(0, ask(nodes.specs[0]!.ip, 30080)), 'pods pass the policy').toEqual(['pod-1']);
    const dropped = run('sh', ['-c', `timeout 1 busybox nc ${nodes.specs[0]!.ip} 30080 </dev/null`]);
    await expect(dropped, 'others do not').rejects.toMatchObject({ code: 124 });
    const kept = await run('sh', ['-c', `busybox nc ${nodes.specs[1]!.ip} 30080 </dev/null`]);
    expect(kept.stdout).toBe('pod-1\n');
  });

  test('finds a Service by its name, through the DNS of its own node', async () => {
    const ports = [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, protocol: 'TCP' },
    ] as const;
    const [namespace = '', name = ''] = DNS_SERVICE.split('/');
    await put([
      [service('web', { clusterIP: WEB }), [web(0, 1)]],
      [service(name, { clusterIP: DNS, ports }, namespace), nodes.specs.map((spec) => ownSlice(spec))],
    ]);
    const answers = await fromPod(0, ask('web', 80), 8);
    expect(new Set(answers)).toEqual(new Set(['pod-0', 'pod-1']));
    const lookup = await fromPod(0, 'nslookup web.default.svc.cluster.local');
    expect(lookup).toContain(`Address: ${WEB}`);
    const began = performance.now();
    expect((await fromPod(0, 'nslookup example.com')).join(), 'no way out').toMatch(/SERVFAIL/);
    expect(performance.now() - began).toBeLessThan(1500);
  });

  test('is let through only where network policies allow it', async () => {
    const known = pods.map(({ ip }, index): Pod => ({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name: `pod-${index}`, namespace: 'default', labels: { app: `pod-${index}` } },
      spec: { nodeName: nodes.specs[index]!.name, containers: [] },
      status: { podIP: ip, phase: 'Running' },
    }));
    const restrict = async (...specs: NetworkPolicySpec[]) => {
      for (const [index, { name }] of nodes.specs.entries()) {
        const policies = specs.map((spec, number): NetworkPolicy => ({
          kind: 'NetworkPolicy',
          apiVersion: 'networking.k8s.io/v1',
          metadata: { name: `p${number}`, namespace: 'default' },
          spec,
        }));
        const world = { node: name, policies, pods: known, namespaces: new Map([['default', {}]]) };
        await tables[index]!.apply(wholePolicyTable(policyContent(world)).commands);
      }
    };
    const reach = async (from: number, to: number) =>
      (await fromPod(from, `timeout 1 nc ${pods[to]!.ip} 8080 </dev/null`)).includes(`pod-${to}`);
    const onto = (app: string) => ({ podSelector: { matchLabels: { app } } });
    await put([]);

    await restrict(onto('pod-1'));
    expect(await reach(0, 1), 'nobody in').toBe(false);
    expect(await reach(1, 0), 'the other way').toBe(true);
    const fromNode = await run('sh', ['-c', `${enter(1).join(' ')} busybox nc ${pods[1]!.ip} 8080 </dev/null`]);
    expect(fromNode.stdout, 'its own node').toBe('pod-1\n');

    await restrict(onto('pod-1'), { ...onto('pod-1'), ingress: [{ from: [onto('pod-0')], ports: [{ port: 8080 }] }] });
    expect(await reach(0, 1), 'the one that is named').toBe(true);
    await restrict({ ...onto('pod-1'), ingress: [{ from: [onto('pod-0')], ports: [{ port: 8081 }] }] });
    expect(await reach(0, 1), 'by another port').toBe(false);

    await restrict({ ...onto('pod-0'), policyTypes: ['Egress'], egress: [] });
    expect(await reach(0, 1), 'nothing out').toBe(false);
    const block = { cidr: RANGE, except: [`${pods[1]!.ip}/32`] };
    await restrict({ ...onto('pod-0'), policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: block }] }] });
    expect(await reach(0, 1), 'out of the exception').toBe(false);
    await restrict({ ...onto('pod-0'), policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: RANGE } }] }] });
    expect(await reach(0, 1), 'into the range').toBe(true);
  });
});
