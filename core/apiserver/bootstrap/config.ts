import type { ConfigMap } from '#core/api/types';
import { sameJson } from '#core/base';
import { timeOf } from '#core/machinery/values';
import { type Wanted, wanted } from './wanted.ts';

export interface AuthenticationConfig {
  /** PEM. */
  readonly clientAuthorities?: string;
  readonly frontProxy?: { readonly authorities: string; readonly allowedNames: readonly string[] };
}

/** By what aggregated servers know clients and us. Upstream: pkg/controlplane/controller/clusterauthenticationtrust. */
export function authenticationConfig({ clientAuthorities, frontProxy }: AuthenticationConfig): Wanted {
  const data = {
    ...(clientAuthorities === undefined ? {} : { 'client-ca-file': clientAuthorities }),
    ...(frontProxy === undefined
      ? {}
      : {
          'requestheader-allowed-names': JSON.stringify(frontProxy.allowedNames),
          'requestheader-client-ca-file': frontProxy.authorities,
          'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
          'requestheader-group-headers': '["X-Remote-Group"]',
          'requestheader-username-headers': '["X-Remote-User"]',
        }),
  };
  return wanted('', 'configmaps', configMap('extension-apiserver-authentication', data), (old: ConfigMap) =>
    sameJson(old.data, data) ? undefined : { ...old, data },
  );
}

/** Since when the server would notice the use of old tokens in Secrets; it takes none. `now` in milliseconds. */
export const tokenTracking = (now: number): Wanted =>
  wanted(
    '',
    'configmaps',
    configMap('kube-apiserver-legacy-service-account-token-tracking', { since: timeOf(now).slice(0, 10) }),
  );

const configMap = (name: string, data: object) => ({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { name, namespace: 'kube-system' },
  data,
});
