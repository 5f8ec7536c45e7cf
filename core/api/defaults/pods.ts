import type { Container, Pod, PodSpec, PodStatus, Volume } from '#core/api/types';
import { pullPolicyOf } from './image.ts';
import { podLevelResources, requestsFromLimits } from './pod-resources.ts';
import { type DefaultsContext, fill, mapped, type Rules, set } from './rule.ts';

const container = (value: Container): Container =>
  fill(value, {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicyOf(value.image ?? ''),
  });

function volume(value: Volume): Volume {
  if (value.image !== undefined)
    return set(value, 'image', fill(value.image, { pullPolicy: pullPolicyOf(value.image.reference ?? '') }));
  for (const name in value) if (name !== 'name') return value;
  return { ...value, emptyDir: {} };
}

/** On the node's own network a container's port is the node's. */
const onHost = (value: Container): Container =>
  value.ports === undefined
    ? value
    : {
        ...value,
        ports: value.ports.map((port) =>
          port.hostPort === undefined ? { ...port, hostPort: port.containerPort } : port,
        ),
      };

function pod(value: Pod, { gates }: DefaultsContext): Pod {
  const { spec } = value;
  const grace = spec.terminationGracePeriodSeconds;
  const each = (one: Container): Container =>
    spec.hostNetwork === true ? onHost(requestsFromLimits(one)) : requestsFromLimits(one);
  const containers = mapped(spec.containers, each);
  const initContainers = mapped(spec.initContainers, each);
  const next = {
    ...spec,
    ...(containers === undefined ? {} : { containers }),
    ...(initContainers === undefined ? {} : { initContainers }),
    enableServiceLinks: spec.enableServiceLinks ?? true,
    // Less than nothing is next to nothing; a template keeps what it says.
    ...(grace === undefined ? {} : { terminationGracePeriodSeconds: grace < 0 ? 1 : grace }),
  };
  const isSame =
    containers === spec.containers &&
    initContainers === spec.initContainers &&
    spec.enableServiceLinks !== undefined &&
    next.terminationGracePeriodSeconds === grace;
  const filled = isSame ? value : { ...value, spec: next };
  return gates.enabled('PodLevelResources') ? podLevelResources(filled) : filled;
}

/** Two names of one field, of which the newer one counts. Upstream: pkg/apis/core/v1/conversion.go. */
function withAccount(spec: PodSpec): PodSpec {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (!name || (spec.serviceAccountName === name && spec.serviceAccount === name)) return spec;
  return { ...spec, serviceAccountName: name, serviceAccount: name };
}

const podSpec = (value: PodSpec): PodSpec =>
  withAccount(
    fill(value, {
      dnsPolicy: 'ClusterFirst',
      restartPolicy: 'Always',
      securityContext: {},
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
    }),
  );

/** The single address and the first of the list are one thing; who sets one means both. */
function podStatus(value: PodStatus): PodStatus {
  const { podIP = '', podIPs = [] } = value;
  const ips = podIP === '' || podIP === podIPs[0]?.ip ? podIPs : [{ ip: podIP }];
  const first = ips[0]?.ip;
  if (first === undefined || (ips === podIPs && podIP === first)) return value;
  return { ...value, podIP: first, podIPs: ips };
}

/** Of pods, and of templates of pods. Upstream: pkg/apis/core/v1/defaults.go. */
export const pods: Rules = {
  'core.Container': container,
  'core.EphemeralContainer': container,
  'core.Volume': volume,
  'core.Pod': pod,
  'core.PodSpec': podSpec,
  'core.PodStatus': podStatus,
};
