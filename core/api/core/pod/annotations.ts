import { APP_ARMOR } from '#core/api/pods';
import type { AppArmorProfile, ObjectMeta, Pod, PodSpec, SeccompProfile, Toleration } from '#core/api/types';
import { forbiddenField, invalid, type Problem } from '#core/machinery/status';
import { everyContainer } from './every-container.ts';
import type { Judged } from './judged.ts';
import { descending } from './paths.ts';
import { tolerationProblems } from './tolerations.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const TOLERATIONS = 'scheduler.alpha.kubernetes.io/tolerations';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
const LOCALHOST = 'localhost/';
const MAX_INT32 = 2 ** 31 - 1;

type Annotations = Readonly<Record<string, string>>;

/** The image in the API of a pod that a node runs by itself. */
export const isMirror = (metadata: ObjectMeta | undefined): boolean => metadata?.annotations?.[MIRROR] !== undefined;

const isInt32 = (text: string): boolean =>
  /^(?:0|-\d+|[1-9]\d*)$/.test(text) && Number(text) <= MAX_INT32 && Number(text) >= -MAX_INT32 - 1;

function tolerationsOf(text: string): readonly Toleration[] {
  // Nearly always: to catch what the parser says of nothing costs more than all other annotations.
  if (text === '') return [];
  try {
    const all: unknown = JSON.parse(text);
    return Array.isArray(all) ? (all as readonly Toleration[]) : [];
  } catch {
    return [];
  }
}

/** In the keys of all annotations that name profiles. */
const SECURITY = '.security.';

function namesProfiles(annotations: Annotations): boolean {
  for (const key in annotations) if (key.includes(SECURITY)) return true;
  return false;
}

function profileProblems(profile: string, path: string, problems: Problem[]): void {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return;
  if (profile.startsWith(LOCALHOST)) descending(profile.slice(LOCALHOST.length), path, problems);
  else problems.push(invalid(path, profile, 'must be a valid seccomp profile'));
}

function appArmorProblems(key: string, profile: string, spec: PodSpec, path: string, problems: Problem[]): void {
  const name = key.slice(APP_ARMOR.length);
  if (![...everyContainer(spec, '')].some(([container]) => container.name === name)) {
    problems.push(invalid(path, name, 'container not found'));
  }
  if (['', 'runtime/default', 'unconfined'].includes(profile) || profile.startsWith(LOCALHOST)) return;
  problems.push(invalid(path, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`));
}

/** What annotations of a pod say to the system. Upstream: pkg/apis/core/validation/validation.go (ValidatePodSpecificAnnotations). */
export function podAnnotationProblems(
  annotations: Annotations = {},
  spec: PodSpec,
  judged: Judged,
  path: string,
  problems: Problem[],
): void {
  const mirror = annotations[MIRROR];
  if (mirror !== undefined && (spec.nodeName ?? '') === '') {
    const detail = 'must set spec.nodeName if mirror pod annotation is set';
    problems.push(invalid(`${path}[${MIRROR}]`, mirror, detail));
  }
  for (const [i, toleration] of tolerationsOf(annotations[TOLERATIONS] ?? '').entries()) {
    tolerationProblems(toleration, judged.comparesTolerations, `${path}.${TOLERATIONS}[${i}]`, problems);
  }
  const cost = annotations[DELETION_COST];
  if (cost !== undefined && !isInt32(cost)) {
    problems.push(invalid(`${path}[${DELETION_COST}]`, cost, 'must be a 32bit integer'));
  }
  if (!namesProfiles(annotations)) return;
  for (const [key, value] of Object.entries(annotations)) {
    if (key === SECCOMP_POD || key.startsWith(SECCOMP_CONTAINER)) profileProblems(value, `${path}.${key}`, problems);
  }
  for (const [key, value] of Object.entries(annotations)) {
    if (key.startsWith(APP_ARMOR)) appArmorProblems(key, value, spec, `${path}[${key}]`, problems);
  }
}

/** Annotations that say what a pod is stay as they were when it was made. */
export function annotationUpdateProblems(next: Pod, old: Pod, judged: Judged, problems: Problem[]): void {
  const path = 'metadata.annotations';
  const { annotations: after = {} } = next.metadata;
  const { annotations: before = {} } = old.metadata;
  const refuse = (key: string, doing: string) => {
    if (key.startsWith(APP_ARMOR)) {
      problems.push(forbiddenField(`${path}[${key}]`, `may not ${doing} AppArmor annotations`));
    }
    if (key === MIRROR) problems.push(forbiddenField(`${path}[${key}]`, `may not ${doing} mirror pod annotation`));
  };
  for (const [key, value] of Object.entries(before)) if (after[key] !== value) refuse(key, 'remove or update');
  for (const key of Object.keys(after)) if (!Object.hasOwn(before, key)) refuse(key, 'add');
  podAnnotationProblems(after, next.spec!, judged, path, problems);
}

type Profile = SeccompProfile | AppArmorProfile;

/** A profile that an annotation names too is the same there. `what`: as refusals call it. */
function matchProblems(
  annotation: string | undefined,
  profile: Profile | undefined,
  what: 'seccomp' | 'apparmor',
  path: string,
  problems: Problem[],
): void {
  if (annotation === undefined || profile === undefined) return;
  const isDefault = annotation === 'runtime/default' || (what === 'seccomp' && annotation === 'docker/default');
  const fits: Readonly<Record<string, boolean>> = {
    Unconfined: annotation === 'unconfined',
    RuntimeDefault: isDefault,
    Localhost: annotation.startsWith(LOCALHOST),
  };
  if (fits[profile.type] === false) {
    problems.push(forbiddenField(`${path}.type`, `${what} type in annotation and field must match`));
  } else if (profile.type === 'Localhost' && annotation.slice(LOCALHOST.length) !== profile.localhostProfile) {
    const detail = `${what} profile in annotation and field must match`;
    problems.push(forbiddenField(`${path}.localhostProfile`, detail));
  }
}

/** Profiles in annotations and fields agree. Upstream: pkg/apis/core/validation/validation.go (validateSeccompAnnotationsAndFields). */
export function profileMatchProblems(
  annotations: Annotations = {},
  spec: PodSpec,
  path: string,
  problems: Problem[],
): void {
  if (!namesProfiles(annotations)) return;
  const { seccompProfile: ofPod, appArmorProfile } = spec.securityContext ?? {};
  matchProblems(annotations[SECCOMP_POD], ofPod, 'seccomp', `${path}.securityContext.seccompProfile`, problems);
  for (const [{ name, securityContext }, place] of everyContainer(spec, path)) {
    const own = securityContext?.seccompProfile;
    const field = `${place}.securityContext.seccompProfile`;
    matchProblems(annotations[`${SECCOMP_CONTAINER}${name}`], own, 'seccomp', field, problems);
  }
  if (spec.os?.name === 'windows') return;
  for (const [{ name, securityContext }, place] of everyContainer(spec, path)) {
    const own = securityContext?.appArmorProfile ?? appArmorProfile;
    const field = `${place}.securityContext.appArmorProfile`;
    matchProblems(annotations[`${APP_ARMOR}${name}`], own, 'apparmor', field, problems);
  }
}
