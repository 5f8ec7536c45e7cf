import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Service } from '#core/api/types/core/v1';
import type { EndpointSlice } from '#core/api/types/discovery/v1';
import { below, seededRandom } from '#core/base';
import { merge, noRules, serviceRules, TABLE, wholeTable, type RuleSet } from '#core/network/services';
import { difference } from '#core/network/table';
import { openNft, type Nft } from '#adapters/nftables';

const NAMESPACE = `kubernode-judge-${process.pid}`;
const works = (() => {
  try {
    execFileSync('ip', ['netns', 'add', NAMESPACE], { stdio: 'ignore' });
    execFileSync('ip', ['netns', 'exec', NAMESPACE, 'nft', 'list', 'tables'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const enter = ['ip', 'netns', 'exec', NAMESPACE];
const node = { node: 'a', zone: '', ip: '172.30.0.2', podRanges: ['10.244.0.0/16'] };

/** A world of a few Services, each of any kind and with any endpoints. */
function randomRules(random: ReturnType<typeof seededRandom>): RuleSet {
  const chance = (percent: number) => below(random, 100) < percent;
  const services = Array.from({ length: 4 }, (_, index) => index).filter(() => chance(70));
  return merge(
    services.map((index) => {
      const protocol = chance(30) ? 'UDP' : 'TCP';
      const service: Service = {
        kind: 'Service',
        apiVersion: 'v1',
        metadata: { namespace: 'default', name: `s${index}` },
        spec: {
          clusterIP: `10.96.0.${index + 1}`,
          type: chance(50) ? 'NodePort' : 'ClusterIP',
          ports: [{ port: 80, protocol, nodePort: 30000 + index }],
          sessionAffinity: chance(40) ? 'ClientIP' : 'None',
          sessionAffinityConfig: { clientIP: { timeoutSeconds: chance(50) ? 10 : 20 } },
          internalTrafficPolicy: chance(30) ? 'Local' : 'Cluster',
          externalTrafficPolicy: chance(30) ? 'Local' : 'Cluster',
        },
      };
      const slice: EndpointSlice = {
        kind: 'EndpointSlice',
        apiVersion: 'discovery.k8s.io/v1',
        metadata: {},
        addressType: 'IPv4',
        ports: [{ port: 8080, protocol }],
        endpoints: [1, 2, 3]
          .filter(() => chance(50))
          .map((last) => ({ addresses: [`10.244.0.${last}`], nodeName: chance(50) ? 'a' : 'b' })),
      };
      return serviceRules(service, [slice], node);
    }),
  );
}

/** What the kernel has, in an order of its own making set right. */
const listing = (): string[] =>
  execFileSync('ip', ['netns', 'exec', NAMESPACE, 'nft', '-j', 'list', 'table', 'ip', 'kube-proxy'], {
    encoding: 'utf8',
  })
    .replaceAll(/, "handle": \d+/g, '')
    .split('{"chain"')
    .join('\n{"chain"')
    .split(/\n|(?=\{"(?:rule|set|map)")/)
    .map((line) =>
      line.replace(/"elem": \[.*\]/, (elements) =>
        elements
          .split(/(?<=\]), (?=\[)/)
          .sort()
          .join(),
      ),
    )
    .map((line) => line.replace(/[,\]} ]*$/, ''))
    .sort();

describe.skipIf(!works)('rules in the kernel', () => {
  let nft: Nft;
  beforeAll(() => {
    nft = openNft(enter);
  });
  afterAll(() => {
    nft.close();
    execFileSync('ip', ['netns', 'delete', NAMESPACE]);
  });

  test('changing the table step by step gives the same as making it anew', { timeout: 60_000 }, async () => {
    const random = seededRandom(1);
    let before = noRules;
    await nft.apply(wholeTable(before, ['10.96.0.0/16']).commands);
    for (let step = 0; step < 40; step++) {
      const after = randomRules(random);
      await nft.apply(difference(TABLE, before, after).commands);
      const stepped = listing();
      if (step % 4 === 0) {
        await nft.apply(wholeTable(after, ['10.96.0.0/16']).commands);
        expect(stepped, `step ${step}`).toEqual(listing());
      }
      before = after;
    }
  });

  test('a refused transaction changes nothing and says why', async () => {
    const before = listing();
    await expect(nft.apply(['add chain ip kube-proxy x', 'add rule ip kube-proxy nowhere accept'])).rejects.toThrow(
      'No such file or directory',
    );
    expect(listing()).toEqual(before);
  });

  test('a program that has nothing to do is ended, and another makes the next change', async () => {
    const idle = openNft(enter, 50);
    const runs = () => execFileSync('ps', ['--ppid', String(process.pid), '-o', 'pid=,args='], { encoding: 'utf8' });
    const before = runs().match(/nft -i/g)?.length ?? 0;
    await idle.apply(['add table ip idle']);
    expect(runs().match(/nft -i/g)).toHaveLength(before + 1);
    await expect.poll(() => runs().match(/nft -i/g)?.length ?? 0, { timeout: 5000 }).toBe(before);
    await idle.apply(['delete table ip idle']);
    idle.close();
    await nft.apply(['add chain ip kube-proxy y', 'delete chain ip kube-proxy y']);
  });
});
