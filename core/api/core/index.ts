import type { Strategy } from '#core/api/definition';
import { configMapStrategy } from './configmap/strategy.ts';
import { endpointsStrategy } from './endpoints/strategy.ts';
import { eventsGroupStrategy, eventStrategy } from './event/strategy.ts';
import { limitRangeStrategy } from './limitrange/strategy.ts';
import { namespaceStrategy } from './namespace/strategy.ts';
import { nodeStrategy } from './node/strategy.ts';
import { persistentVolumeStrategy } from './persistentvolume/strategy.ts';
import { persistentVolumeClaimStrategy } from './persistentvolumeclaim/strategy.ts';
import { podStrategy } from './pod/strategy.ts';
import { podTemplateStrategy } from './podtemplate/strategy.ts';
import { replicationControllerStrategy } from './replicationcontroller/strategy.ts';
import { resourceQuotaStrategy } from './resourcequota/strategy.ts';
import { secretStrategy } from './secret/strategy.ts';
import { serviceStrategy } from './service/strategy.ts';
import { serviceAccountStrategy } from './serviceaccount/strategy.ts';

export { endpointAddressProblems } from './endpoints/strategy.ts';
export { volumeSpecProblems } from './persistentvolume/spec.ts';
export { claimSpecProblems } from './persistentvolumeclaim/spec.ts';
export { judgedBy, type Judged } from './pod/judged.ts';
export { overheadProblems } from './pod/resources.ts';
export { nodeSelector as nodeSelectorProblems } from './pod/scheduling.ts';
export { tolerationProblems } from './pod/tolerations.ts';
export { podTemplateProblems } from './pod/spec.ts';
export {
  containerResourceNameProblems,
  isExtended as isExtendedResource,
  isNative as isNativeResource,
} from './resources/names.ts';
export { driverNameProblems } from './volumes/sources.ts';

/** Strategies of the core group that are more than their traits. */
export const core: Readonly<Record<string, Strategy>> = {
  '/configmaps': configMapStrategy,
  '/endpoints': endpointsStrategy,
  '/events': eventStrategy,
  'events.k8s.io/events': eventsGroupStrategy,
  '/limitranges': limitRangeStrategy,
  '/namespaces': namespaceStrategy,
  '/nodes': nodeStrategy,
  '/persistentvolumeclaims': persistentVolumeClaimStrategy,
  '/persistentvolumes': persistentVolumeStrategy,
  '/pods': podStrategy,
  '/podtemplates': podTemplateStrategy,
  '/replicationcontrollers': replicationControllerStrategy,
  '/resourcequotas': resourceQuotaStrategy,
  '/secrets': secretStrategy,
  '/serviceaccounts': serviceAccountStrategy,
  '/services': serviceStrategy,
};
