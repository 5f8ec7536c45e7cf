import { APP_ARMOR, appArmorOf } from '#core/api/pods';
import type { Container, PodSpec } from '#core/api/types';
import { sameJson } from '#core/base';
import type { Problem } from '#core/machinery/status';
import { appArmor } from './profiles.ts';

type Annotations = Readonly<Record<string, string>>;
type Warn = (text: string) => void;

function withProfile<C extends Pick<Container, 'name' | 'securityContext'>>(
  container: C,
  annotations: Annotations,
  ofPod: unknown,
  warn: Warn,
): C {
  const key = APP_ARMOR + container.name;
  const annotation = annotations[key];
  if (annotation === undefined || container.securityContext?.appArmorProfile !== undefined) return container;
  const said = appArmorOf(annotation);
  const problems: Problem[] = [];
  appArmor(said, '', problems);
  const profile = problems.length === 0 ? said : undefined;
  const isOfPod = profile !== undefined && ofPod !== undefined && sameJson(profile, ofPod);
  if (isOfPod) return container;
  warn(`metadata.annotations[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`);
  if (profile === undefined) return container;
  return { ...container, securityContext: { ...container.securityContext, appArmorProfile: profile } };
}

const hasAny = (annotations: Annotations): boolean => {
  for (const key in annotations) if (key.startsWith(APP_ARMOR)) return true;
  return false;
};

/** Profiles that only annotations name are put into the fields. Upstream: pkg/registry/core/pod/strategy.go (applyAppArmorVersionSkew). */
export function withAppArmor(spec: PodSpec, annotations: Annotations | undefined, warn: Warn = () => {}): PodSpec {
  if (annotations === undefined || spec.os?.name === 'windows' || !hasAny(annotations)) return spec;
  const ofPod = spec.securityContext?.appArmorProfile;
  const { initContainers, ephemeralContainers } = spec;
  const all = <C extends Pick<Container, 'name' | 'securityContext'>>(list: readonly C[]): readonly C[] =>
    list.map((one) => withProfile(one, annotations, ofPod, warn));
  return {
    ...spec,
    ...(initContainers === undefined ? {} : { initContainers: all(initContainers) }),
    containers: all(spec.containers ?? []),
    ...(ephemeralContainers === undefined ? {} : { ephemeralContainers: all(ephemeralContainers) }),
  };
}
