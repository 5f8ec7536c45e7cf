import type { Container, LifecycleHandler, Pod } from './api.ts';
import type { Container as RuntimeContainer } from './runtime.ts';

/**
 * Names under which a kubelet keeps what it must know again after a restart, in the runtime's labels and annotations.
 * They are upstream's, so that tools that read the runtime find their way. Upstream: pkg/kubelet/kuberuntime/labels.go.
 */
export const LABEL = {
  podName: 'io.kubernetes.pod.name',
  podNamespace: 'io.kubernetes.pod.namespace',
  podUid: 'io.kubernetes.pod.uid',
  containerName: 'io.kubernetes.container.name',
} as const;

export const ANNOTATION = {
  hash: 'io.kubernetes.container.hash',
  restartCount: 'io.kubernetes.container.restartCount',
  terminationMessagePath: 'io.kubernetes.container.terminationMessagePath',
  terminationMessagePolicy: 'io.kubernetes.container.terminationMessagePolicy',
  preStop: 'io.kubernetes.container.preStopHandler',
  ports: 'io.kubernetes.container.ports',
  terminationGrace: 'io.kubernetes.pod.terminationGracePeriod',
  deletionGrace: 'io.kubernetes.pod.deletionGracePeriod',
} as const;

export function podLabels({ metadata }: Pod): Record<string, string> {
  return {
    ...metadata.labels,
    [LABEL.podName]: metadata.name ?? '',
    [LABEL.podNamespace]: metadata.namespace ?? '',
    [LABEL.podUid]: metadata.uid ?? '',
  };
}

export function containerLabels({ metadata }: Pod, container: Container): Record<string, string> {
  return {
    [LABEL.podName]: metadata.name ?? '',
    [LABEL.podNamespace]: metadata.namespace ?? '',
    [LABEL.podUid]: metadata.uid ?? '',
    [LABEL.containerName]: container.name,
  };
}

export function containerAnnotations(pod: Pod, container: Container, restartCount: number): Record<string, string> {
  const { deletionGracePeriodSeconds } = pod.metadata;
  const { terminationGracePeriodSeconds } = pod.spec;
  const preStop = container.lifecycle?.preStop;
  return {
    [ANNOTATION.hash]: containerHash(container),
    [ANNOTATION.restartCount]: String(restartCount),
    [ANNOTATION.terminationMessagePath]: container.terminationMessagePath ?? '',
    [ANNOTATION.terminationMessagePolicy]: container.terminationMessagePolicy ?? '',
    ...(preStop === undefined ? {} : { [ANNOTATION.preStop]: JSON.stringify(preStop) }),
    ...(container.ports === undefined ? {} : { [ANNOTATION.ports]: JSON.stringify(container.ports) }),
    ...(terminationGracePeriodSeconds === undefined
      ? {}
      : { [ANNOTATION.terminationGrace]: String(terminationGracePeriodSeconds) }),
    ...(deletionGracePeriodSeconds === undefined
      ? {}
      : { [ANNOTATION.deletionGrace]: String(deletionGracePeriodSeconds) }),
  };
}

/**
 * Tells whether a running container is still the one that its pod asks for. Only the image of a running container can
 * change in a valid pod (resources are resized in place), so name and image are what counts, as upstream.
 */
export function containerHash({ name, image }: Container): string {
  const text = `${name}\u0000${image ?? ''}`;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16);
}

export const restartCountOf = ({ annotations, attempt }: RuntimeContainer): number => {
  const count = Number(annotations[ANNOTATION.restartCount] ?? attempt);
  return Number.isSafeInteger(count) && count >= 0 ? count : attempt;
};

/** The preStop hook that a container was started with: its pod may be gone from the API. */
export function rememberedPreStop(container: RuntimeContainer): LifecycleHandler | undefined {
  const text = container.annotations[ANNOTATION.preStop];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as LifecycleHandler;
  } catch {
    return undefined;
  }
}
