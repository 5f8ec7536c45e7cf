import type { Strategy } from '#core/api/definition';
import { configMapStrategy } from './configmap/strategy.ts';
import { namespaceStrategy } from './namespace/strategy.ts';
import { nodeStrategy } from './node/strategy.ts';
import { podStrategy } from './pod/strategy.ts';
import { podTemplateStrategy } from './podtemplate/strategy.ts';
import { secretStrategy } from './secret/strategy.ts';
import { serviceStrategy } from './service/strategy.ts';

export { qosClass, type QosClass } from './pod/qos.ts';
export { podTemplateProblems } from './pod/spec.ts';

/** Strategies of the core group that are more than their traits. */
export const core: Readonly<Record<string, Strategy>> = {
  '/configmaps': configMapStrategy,
  '/namespaces': namespaceStrategy,
  '/nodes': nodeStrategy,
  '/pods': podStrategy,
  '/podtemplates': podTemplateStrategy,
  '/secrets': secretStrategy,
  '/services': serviceStrategy,
};
