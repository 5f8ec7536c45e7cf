import type { Strategy } from '#core/api/definition';
import { certificateSigningRequestStrategy } from './strategy.ts';

/** Strategies of the certificates group that are more than their traits. */
export const certificates: Readonly<Record<string, Strategy>> = {
  'certificates.k8s.io/certificatesigningrequests': certificateSigningRequestStrategy,
};
