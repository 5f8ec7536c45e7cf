import type { AppArmorProfile, SeccompProfile } from '#core/api/types';
import { invalid, notSupported, type Problem, required, tooLong } from '#core/machinery/status';
import type { Rule } from '#core/machinery/validation';
import { descending } from './paths.ts';

const TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
/** The longest path that Linux takes, without its end. */
const MAX_PROFILE = 4095;

function typeProblems(type: string, field: string, path: string, problems: Problem[]): void {
  if (type === '') problems.push(required(path, `type is required when ${field} is set`));
  else if (!TYPES.includes(type)) problems.push(notSupported(path, type, TYPES));
}

/** Which calls of the kernel a process may make. Upstream: pkg/apis/core/validation/validation.go (validateSeccompProfileField). */
export const seccomp: Rule<SeccompProfile | undefined> = (profile, path, problems) => {
  if (profile === undefined) return;
  const { type = '', localhostProfile } = profile;
  const place = `${path}.localhostProfile`;
  typeProblems(type, 'seccompProfile', `${path}.type`, problems);
  if (type !== 'Localhost') {
    if (localhostProfile !== undefined) {
      problems.push(invalid(place, profile, 'can only be set when seccomp type is Localhost'));
    }
  } else if (localhostProfile === undefined) {
    problems.push(required(place, 'must be set when seccomp type is Localhost'));
  } else descending(localhostProfile, place, problems);
};

function localProfileProblems(profile: string | undefined, path: string, problems: Problem[]): void {
  if (profile === undefined || profile === '') {
    problems.push(required(path, 'must be set when AppArmor type is Localhost'));
    return;
  }
  if (profile.trim() !== profile) problems.push(invalid(path, profile, 'must not be padded with whitespace'));
  if (profile.length > MAX_PROFILE) problems.push(tooLong(path, MAX_PROFILE));
}

/** Which files a process may touch. Upstream: pkg/apis/core/validation/validation.go (ValidateAppArmorProfileField). */
export const appArmor: Rule<AppArmorProfile | undefined> = (profile, path, problems) => {
  if (profile === undefined) return;
  const { type = '', localhostProfile } = profile;
  const place = `${path}.localhostProfile`;
  typeProblems(type, 'appArmorProfile', `${path}.type`, problems);
  if (type === 'Localhost') localProfileProblems(localhostProfile, place, problems);
  else if (TYPES.includes(type) && localhostProfile !== undefined) {
    problems.push(invalid(place, localhostProfile, 'can only be set when AppArmor type is Localhost'));
  }
};
