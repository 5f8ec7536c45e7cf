import type { Scenario } from '../scenario.ts';
import { access } from './access.ts';
import { awaitedControllers } from './controllers-awaited.ts';
import { cbor } from './cbor.ts';
import { controlled } from './controllers.ts';
import { customResources } from './custom-resources.ts';
import { discovery } from './discovery.ts';
import { emptyCluster } from './empty-cluster.ts';
import { errors } from './errors.ts';
import { expiry } from './expiry.ts';
import { fieldValidation } from './field-validation.ts';
import { full } from './full.ts';
import { kubeletSubresources } from './kubelet-subresources.ts';
import { limits } from './limits.ts';
import { lists } from './lists.ts';
import { lives } from './lives.ts';
import { negotiation } from './negotiation.ts';
import { openApi } from './openapi.ts';
import { paths } from './paths.ts';
import { policies } from './policies.ts';
import { ownSubresources } from './own-subresources.ts';
import { watches } from './watches.ts';

/** Every scenario, in the order in which they are played. */
export const scenarios: readonly Scenario[] = [
  emptyCluster,
  discovery,
  openApi,
  errors,
  paths,
  policies,
  limits,
  lists,
  watches,
  expiry,
  fieldValidation,
  negotiation,
  cbor,
  access,
  kubeletSubresources,
  ownSubresources,
  full,
  customResources,
  ...lives,
  ...controlled,
];

/** Scenarios whose subject is not served yet: recorded, but not replayed. */
export const awaited: readonly Scenario[] = [...awaitedControllers];
