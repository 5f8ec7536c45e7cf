import type { AppArmorProfile } from '#core/api/types';

/** Annotations of this prefix and a container's name said once what the field `appArmorProfile` says now. */
export const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const LOCALHOST = 'localhost/';

/** What an annotation says, as the field; undefined where it says nothing that the field can. Upstream: pkg/api/pod/util.go. */
export function appArmorOf(annotation: string): AppArmorProfile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  const localhostProfile = annotation.startsWith(LOCALHOST) ? annotation.slice(LOCALHOST.length) : '';
  return localhostProfile === '' ? undefined : { type: 'Localhost', localhostProfile };
}
