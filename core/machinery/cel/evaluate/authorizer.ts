import { Failure, type Foreign, type Value } from './values.ts';

/** Who is asked about: whoever made the request, or a service account. */
export type Subject = 'requester' | { readonly namespace: string; readonly name: string };

/** What an expression asks: may the subject do this? Absent parts are empty. */
export interface Question {
  readonly subject: Subject;
  readonly verb: string;
  /** Of a request for no resource. */
  readonly path?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

export interface Answer {
  readonly allowed: boolean;
  readonly reason: string;
  /** Why it could not be found out. */
  readonly error?: string;
}

/** Answers at once: rules that expressions may ask about are in memory. */
export type Authorize = (question: Question) => Answer;

type Methods = NonNullable<Foreign['methods']>;

const TYPE = 'kubernetes.authorization';

function foreign(name: string, methods: Methods): Foreign {
  const value: Foreign = { typeName: `${TYPE}.${name}`, methods, equals: (other) => other === value };
  return value;
}

/** A method of one text. */
const given =
  (apply: (text: string) => Value) =>
  ([text]: readonly Value[]): Value | undefined =>
    typeof text === 'string' ? apply(text) : undefined;

const decision = ({ allowed, reason, error }: Answer): Foreign =>
  foreign('Decision', {
    allowed: () => allowed,
    reason: () => reason,
    errored: () => error !== undefined,
    error: () => error ?? '',
  });

function resourceCheck(asked: Omit<Question, 'verb'>, authorize: Authorize): Foreign {
  const also = (part: keyof Question) => given((text) => resourceCheck({ ...asked, [part]: text }, authorize));
  return foreign('ResourceCheck', {
    subresource: also('subresource'),
    namespace: also('namespace'),
    name: also('name'),
    fieldSelector: also('fieldSelector'),
    labelSelector: also('labelSelector'),
    check: given((verb) => decision(authorize({ ...asked, verb }))),
  });
}

const NAME = /^[a-z\d](?:[-a-z\d]*[a-z\d])?$/;
const DOTTED = /^[a-z\d](?:[-a-z\d]*[a-z\d])?(?:\.[a-z\d](?:[-a-z\d]*[a-z\d])?)*$/;

/** The variable `authorizer`. Upstream: apiserver/pkg/cel/library/authz.go. */
export function authorizerValue(authorize: Authorize, subject: Subject = 'requester'): Foreign {
  return foreign('Authorizer', {
    path: given((path) => {
      if (path.trim() === '') return new Failure('path must not be empty');
      return foreign('PathCheck', { check: given((verb) => decision(authorize({ subject, path, verb }))) });
    }),
    group: given((group) =>
      foreign('GroupCheck', {
        resource: given((resource) => {
          if (resource.trim() === '') return new Failure('resource must not be empty');
          return resourceCheck({ subject, group, resource }, authorize);
        }),
      }),
    ),
    serviceAccount: ([namespace, name]) => {
      if (typeof namespace !== 'string' || typeof name !== 'string') return undefined;
      if (!DOTTED.test(name) || name.length > 253) return new Failure('Invalid service account name');
      if (!NAME.test(namespace) || namespace.length > 63) return new Failure('Invalid service account namespace');
      return authorizerValue(authorize, { namespace, name });
    },
  });
}

/** The variable `authorizer.requestResource`: what the request itself is about. */
export const requestResourceValue = (
  asked: Omit<Question, 'verb' | 'subject' | 'path'>,
  authorize: Authorize,
): Foreign => resourceCheck({ ...asked, subject: 'requester' }, authorize);
