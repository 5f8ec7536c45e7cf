import type { Turns } from '#core/base';
import { serviceAccounts } from '#core/api/tokens';
import type { TokenRequest } from '#core/api/types/authentication/v1';
import type { Client } from '#core/client';
import { type Pod, timeOf } from '../api.ts';
import { VolumeFailure } from './payload.ts';

/** Service-account tokens of pods, renewed once four fifths of their time have passed, or a day. Upstream: pkg/kubelet/token/token_manager.go. */
export interface Tokens {
  /** Rejects with a VolumeFailure or a StatusError. */
  get(pod: Pod, audience: string, expirationSeconds: number): Promise<string>;
  forget(pod: string): void;
}

interface Kept {
  readonly token: string;
  readonly renewAt: number;
  readonly expiresAt: number;
}

const DAY = 86_400_000;

export function createTokens(client: Client, turns: Turns): Tokens {
  const kept = new Map<string, Map<string, Kept>>();
  return {
    async get(pod, audience, expirationSeconds) {
      const { namespace, name, uid = '' } = pod.metadata;
      const account = pod.spec.serviceAccountName ?? '';
      if (account === '') throw new VolumeFailure('the pod has no service account to make a token for');
      let ofPod = kept.get(uid);
      if (ofPod === undefined) kept.set(uid, (ofPod = new Map()));
      const key = `${account}\n${audience}\n${expirationSeconds}`;
      const now = turns.clock.now();
      const before = ofPod.get(key);
      if (before !== undefined && now < before.renewAt) return before.token;
      const request = {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        metadata: {},
        spec: {
          audiences: audience === '' ? [] : [audience],
          expirationSeconds,
          boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: name ?? '', uid },
        },
      } as const;
      let answer: TokenRequest;
      try {
        answer = await client.createSubresource<TokenRequest, TokenRequest>(
          serviceAccounts,
          { namespace, name: account },
          'token',
          request as unknown as TokenRequest,
        );
      } catch (failure) {
        // An old token is better than none as long as it is valid.
        if (before !== undefined && now < before.expiresAt) return before.token;
        throw failure;
      }
      const token = answer.status?.token ?? '';
      const expiresAt = timeOf(answer.status?.expirationTimestamp);
      const lifetime = (Number.isNaN(expiresAt) ? now + expirationSeconds * 1000 : expiresAt) - now;
      ofPod.set(key, { token, renewAt: now + Math.min(lifetime * 0.8, DAY), expiresAt: now + lifetime });
      return token;
    },
    forget: (pod) => void kept.delete(pod),
  };
}
