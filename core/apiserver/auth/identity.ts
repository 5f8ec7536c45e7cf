import type { Clock, Crypto, PrivateKey, PublicKey } from '#core/base';
import type { Store } from '#core/store';
import type {
  AdmissionPlugin,
  Authenticator,
  Authorizer,
  Impersonate,
  Mount,
  ReviewHandler,
  SubresourceHandler,
  User,
} from '#core/apiserver';
import { anonymousUser, authenticators } from './authentication/authenticators.ts';
import { bearerTokens, staticTokens, tokenUnion } from './authentication/bearer.ts';
import { clientCertificates, frontProxy } from './authentication/client-certificates.ts';
import { issuerDiscovery } from './authentication/discovery.ts';
import { impersonate } from './authentication/impersonate.ts';
import { selfSubjectReviews, tokenReviews } from './authentication/reviews.ts';
import { serviceAccountTokens, type ServiceAccountTokens } from './authentication/service-accounts.ts';
import { tokenRequests } from './authentication/token-request.ts';
import { nodeRules } from './authorization/default-policy.ts';
import { escalationCheck } from './authorization/escalation.ts';
import { nodeGraph } from './authorization/node-graph.ts';
import { nodeAuthorizer } from './authorization/node.ts';
import { rbacIndex } from './authorization/rbac-index.ts';
import { rbac, type Rbac } from './authorization/rbac.ts';
import { accessReviews } from './authorization/reviews.ts';
import { authorizers, masters } from './authorization/union.ts';
import { storedIn } from './stored.ts';

export interface IdentityParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly crypto: Crypto;
  /** PEM of the authorities that sign users' certificates. Absent: none are taken (in-process clusters). */
  readonly clientAuthorities?: string;
  readonly frontProxy?: { readonly authorities: string; readonly allowedNames: readonly string[] };
  readonly serviceAccounts: {
    readonly signingKey: PrivateKey;
    /** Further keys whose tokens count. */
    readonly olderKeys?: readonly PublicKey[];
    /** Default `https://kubernetes.default.svc.cluster.local`. */
    readonly issuer?: string;
    readonly audiences?: readonly string[];
  };
  readonly staticTokens?: ReadonlyMap<string, User>;
  /** Default true, as upstream. */
  readonly anonymous?: boolean;
  /** `https://HOST:PORT` as advertised, for discovery of the token issuer. */
  readonly advertised: string;
}

/** All that the API server takes from here, ready to be handed to it. */
export interface Identity {
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly impersonate: Impersonate;
  readonly tokens: ServiceAccountTokens;
  readonly rbac: Rbac;
  /** Goes into the admission chain. */
  readonly escalationCheck: AdmissionPlugin;
  /** By `GROUP/RESOURCE`. */
  readonly reviews: Readonly<Record<string, ReviewHandler>>;
  /** By `GROUP/RESOURCE/SUBRESOURCE`. */
  readonly subresources: Readonly<Record<string, SubresourceHandler>>;
  readonly mounts: readonly Mount[];
  close(): void;
}

const DEFAULT_ISSUER = 'https://kubernetes.default.svc.cluster.local';

/** Puts identity and authorization together over a store, in upstream's order. */
export function createIdentity(parts: IdentityParts): Identity {
  const { store, clock, crypto, serviceAccounts } = parts;
  const stored = storedIn(store);
  const issuer = serviceAccounts.issuer ?? DEFAULT_ISSUER;
  const keys = [serviceAccounts.signingKey.public, ...(serviceAccounts.olderKeys ?? [])];
  const tokens = serviceAccountTokens({
    clock,
    crypto,
    stored,
    signingKey: serviceAccounts.signingKey,
    verifyingKeys: keys,
    issuers: [issuer],
    ...(serviceAccounts.audiences === undefined ? {} : { audiences: serviceAccounts.audiences }),
  });
  const allTokens = tokenUnion([
    ...(parts.staticTokens === undefined ? [] : [staticTokens(parts.staticTokens)]),
    tokens,
  ]);
  const certificates = { clock, crypto };
  const anonymous = parts.anonymous ?? true;
  const index = rbacIndex(store);
  const roles = rbac(index);
  const graph = nodeGraph(store);
  const authorizer = authorizers([masters, nodeAuthorizer(graph, nodeRules()), roles]);
  const access = accessReviews(authorizer, roles);
  return {
    authenticator: authenticators(
      [
        ...(parts.frontProxy === undefined ? [] : [frontProxy({ ...certificates, ...parts.frontProxy })]),
        ...(parts.clientAuthorities === undefined
          ? []
          : [clientCertificates({ ...certificates, authorities: parts.clientAuthorities })]),
        bearerTokens(allTokens),
      ],
      anonymous,
    ),
    authorizer,
    impersonate: impersonate(authorizer),
    tokens,
    rbac: roles,
    escalationCheck: escalationCheck(authorizer, roles, index),
    reviews: {
      'authentication.k8s.io/tokenreviews': tokenReviews(
        allTokens,
        tokens.audiences,
        anonymous ? anonymousUser : undefined,
      ),
      'authentication.k8s.io/selfsubjectreviews': selfSubjectReviews(clock),
      ...Object.fromEntries(
        Object.entries(access).map(([resource, handler]) => [`authorization.k8s.io/${resource}`, handler]),
      ),
    },
    subresources: { '/serviceaccounts/token': tokenRequests(tokens, stored, clock) },
    mounts: issuerDiscovery({ issuer, server: parts.advertised, keys }),
    close() {
      index.close();
      graph.close();
    },
  };
}
