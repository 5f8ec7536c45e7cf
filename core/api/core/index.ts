import type { Strategy } from '#core/api/definition';
import { namespaceStrategy } from './namespace/strategy.ts';
import { podStrategy } from './pod/strategy.ts';
import { secretStrategy } from './secret/strategy.ts';

export { qosClass, type QosClass } from './pod/qos.ts';

/** Strategies of the core group that are more than their traits. */
export const core: Readonly<Record<string, Strategy>> = {
  '/namespaces': namespaceStrategy,
  '/pods': podStrategy,
  '/secrets': secretStrategy,
};
