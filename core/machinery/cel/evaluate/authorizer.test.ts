import { expect, test } from 'vitest';
import { compile } from '../compile.ts';
import { extend } from '../environment.ts';
import { baseEnvironment } from '../library/index.ts';
import { struct } from '../types.ts';
import { authorizerValue, type Question, requestResourceValue } from './authorizer.ts';
import { plan } from './program.ts';
import { show } from './show.ts';

const TYPE = 'kubernetes.authorization';
const environment = extend(baseEnvironment(), {
  variables: {
    authorizer: struct(`${TYPE}.Authorizer`),
    'authorizer.requestResource': struct(`${TYPE}.ResourceCheck`),
  },
});

function evaluate(text: string) {
  const asked: Question[] = [];
  const authorize = (question: Question) => {
    asked.push(question);
    return question.verb === 'odd'
      ? { allowed: false, reason: '', error: 'no idea' }
      : { allowed: question.verb === 'get', reason: 'so' };
  };
  const compiled = compile(text, environment);
  if ('faults' in compiled) throw new Error(compiled.faults);
  const program = plan(compiled, { pattern: () => ({ test: () => false, find: () => [] }) });
  if (typeof program !== 'function') throw new Error(program.failure);
  const variables = new Map([
    ['authorizer', authorizerValue(authorize)],
    [
      'authorizer.requestResource',
      requestResourceValue({ group: 'apps', resource: 'deployments', name: 'web' }, authorize),
    ],
  ]);
  const { value, cost } = program({ variable: (name) => variables.get(name), costLimit: 1_000_000 });
  return { value: show(value), cost, asked };
}

test.each([
  {
    text: 'authorizer.group("apps").resource("deployments").subresource("scale").namespace("a").name("b").check("get").allowed()',
    value: 'true',
    asks: {
      subject: 'requester',
      group: 'apps',
      resource: 'deployments',
      subresource: 'scale',
      namespace: 'a',
      name: 'b',
      verb: 'get',
    },
  },
  {
    text: 'authorizer.group("").resource("pods").fieldSelector("a=b").labelSelector("c=d").check("list").reason()',
    value: '"so"',
    asks: {
      subject: 'requester',
      group: '',
      resource: 'pods',
      fieldSelector: 'a=b',
      labelSelector: 'c=d',
      verb: 'list',
    },
  },
  {
    text: 'authorizer.path("/healthz").check("get").allowed()',
    value: 'true',
    asks: { subject: 'requester', path: '/healthz', verb: 'get' },
  },
  {
    text: 'authorizer.serviceAccount("ns", "sa").path("/x").check("odd").errored()',
    value: 'true',
    asks: { subject: { namespace: 'ns', name: 'sa' }, path: '/x', verb: 'odd' },
  },
  {
    text: 'authorizer.requestResource.check("get").allowed()',
    value: 'true',
    asks: { subject: 'requester', group: 'apps', resource: 'deployments', name: 'web', verb: 'get' },
  },
])('$text', ({ text, value, asks }) => {
  const result = evaluate(text);
  expect(result.value).toBe(value);
  expect(result.asked).toEqual([asks]);
  expect(result.cost).toBeGreaterThan(350_000);
});

test.each([
  ['authorizer.path(" ").check("get").allowed()', 'error: path must not be empty'],
  ['authorizer.group("").resource("").check("get").allowed()', 'error: resource must not be empty'],
  ['authorizer.serviceAccount("ns", "A").path("/x").check("get").allowed()', 'error: Invalid service account name'],
  [
    'authorizer.serviceAccount("a.b", "a").path("/x").check("get").allowed()',
    'error: Invalid service account namespace',
  ],
  [
    '[1,2,3].all(x, authorizer.path("/x").check("get").allowed())',
    'error: operation cancelled: actual cost limit exceeded',
  ],
])('%s', (text, value) => expect(evaluate(text).value).toBe(value));
